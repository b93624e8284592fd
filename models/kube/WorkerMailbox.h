// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <mutex>

class QObject;

namespace binnacle::kube {

/// Lets any thread post to the worker as long as it lives.
class WorkerMailbox
{
public:
    void open(QObject *worker);
    void close();
    /// Runs `task` in the worker's thread, or drops it when the worker is gone.
    void post(std::function<void()> task);
    /// The same, but at once when this is the worker's thread.
    void run(std::function<void()> task);

private:
    std::mutex m_mutex;
    QObject *m_worker = nullptr;
};

} // namespace binnacle::kube

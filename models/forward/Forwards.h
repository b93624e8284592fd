// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forward/Forward.h"

#include <map>

namespace binnacle::forward {

/// The forwards of one cluster. Notices when the computer has slept, and has every forward look anew. Lives in one
/// thread with an event loop.
class Forwards : public QObject
{
    Q_OBJECT

public:
    /// `clock` and `random` outlive it.
    Forwards(std::shared_ptr<kube::Client> client, const core::Clock &clock, core::Random &random,
             QObject *parent = nullptr);
    ~Forwards() override;

    /// Starts it too. The answer names it from now on.
    int add(const ForwardRequest &request);
    /// @{ Ids that are not there are passed over: they may be an instant old.
    void start(int id);
    void stop(int id);
    void remove(int id);
    /// @}
    void reconnect();

    /// In the order in which they were added.
    [[nodiscard]] std::vector<ForwardSnapshot> snapshots() const;

signals:
    /// Anything but the counters.
    void changed(int id);

private:
    void look();

    std::shared_ptr<kube::Client> m_client;
    const core::Clock &m_clock;
    core::Random &m_random;
    std::map<int, std::unique_ptr<Forward>> m_forwards;
    int m_last = 0;
    QTimer m_looking;
    std::chrono::system_clock::time_point m_looked;
};

} // namespace binnacle::forward

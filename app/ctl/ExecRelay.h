// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "kube/PodExec.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace binnacle::ctl {

/// Joins a command in a pod to this program's standard input, output and error, with back-pressure both ways: neither a
/// slow reader here nor a slow command there makes memory grow.
class ExecRelay : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        bool input = false;
        bool terminal = false;
    };
    explicit ExecRelay(Options options, QObject *parent = nullptr);
    ~ExecRelay() override;

    /// What the stream tells.
    [[nodiscard]] std::shared_ptr<kube::PodStreamListener> listener();
    /// The command's exit status, or why it was lost; set before finished().
    [[nodiscard]] const core::Result<int> &result() const { return m_result; }
    /// Standard input has ended, and this server's protocol cannot tell the command so.
    [[nodiscard]] bool endWasLost() const { return m_endWasLost; }

signals:
    void started();
    void finished();

private:
    class Listener;
    struct Shared;

    void look();
    void readInput();
    void tellSize();

    Options m_options;
    std::shared_ptr<Shared> m_shared;
    QTimer m_size; ///< asks for the terminal's size where no signal tells
    std::pair<int, int> m_known{0, 0};
    core::Result<int> m_result = 0;
    bool m_hasStarted = false;
    bool m_endWasLost = false;
};

} // namespace binnacle::ctl

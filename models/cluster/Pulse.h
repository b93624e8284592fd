// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "kube/Client.h"

#include <QTimer>

namespace binnacle::cluster {

/// Whether the server still answers. A watch on which nothing happens and a watch on a server that hangs are equally
/// silent; so, when no feed has heard anything for a while, the server is asked its version.
class Pulse : public QObject
{
    Q_OBJECT

public:
    Pulse(std::shared_ptr<kube::Client> client, const Store &store, QObject *parent = nullptr);
    ~Pulse() override;

    /// Why the server is taken to be gone; nothing while it answers.
    [[nodiscard]] const std::optional<core::Error> &problem() const { return m_problem; }
    /// When the server last said anything, to a feed or to a question of ours.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> lastHeard() const;
    /// Looks whether it is time to ask; the timer calls it every few seconds.
    void beat();

    static constexpr std::chrono::seconds patience{10}; ///< silence for longer than this is not taken for rest
    static constexpr std::chrono::seconds deadline{5};  ///< for an answer

signals:
    /// The server has gone, or is back.
    void changed();

private:
    void ask();
    void setProblem(std::optional<core::Error> problem);

    std::shared_ptr<kube::Client> m_client;
    const Store &m_store;
    QTimer m_timer;
    core::CancellationSource m_cancel;
    bool m_asking = false;
    std::optional<std::chrono::steady_clock::time_point> m_answered;
    std::optional<core::Error> m_problem;
};

} // namespace binnacle::cluster

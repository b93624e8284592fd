// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "forward/Forwards.h"

#include <QThread>

namespace binnacle::gui {

/// The forwards of a connection, in a thread of their own that starts with the first. Used in the window's thread;
/// everything returns at once.
class ForwardService : public QObject
{
    Q_OBJECT

public:
    /// `clock` outlives it.
    ForwardService(std::shared_ptr<kube::Client> client, const core::Clock &clock, QObject *parent = nullptr);
    ~ForwardService() override;

    void add(const forward::ForwardRequest &request);
    void start(int id);
    void stop(int id);
    void remove(int id);
    /// Looks anew, as after sleep.
    void reconnect();
    /// Hands what an operator asks for to whoever keeps the list of forwards.
    void ask(const std::vector<forward::ForwardRequest> &requests, bool save, bool startOnConnect);

    /// As of the last changed().
    [[nodiscard]] const std::vector<forward::ForwardSnapshot> &snapshots() const { return m_snapshots; }

signals:
    /// At most some times a second.
    void changed();
    void asked(const std::vector<binnacle::forward::ForwardRequest> &requests, bool save, bool startOnConnect);

private:
    void startThread();
    void publish();
    template <typename Task>
    void post(Task task);

    std::shared_ptr<kube::Client> m_client;
    const core::Clock &m_clock;
    core::SystemRandom m_random;
    QThread m_thread;
    forward::Forwards *m_forwards = nullptr; ///< lives in m_thread and dies with it
    std::vector<forward::ForwardSnapshot> m_snapshots;
};

} // namespace binnacle::gui

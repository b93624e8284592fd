// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forward/ForwardService.h"

namespace binnacle::gui {

namespace {

using namespace std::chrono_literals;

constexpr auto counterInterval = 1s; ///< for what changes() does not tell: connections and bytes
constexpr auto changeInterval = 50ms;

} // namespace

ForwardService::ForwardService(std::shared_ptr<kube::Client> client, const core::Clock &clock, QObject *parent)
    : QObject(parent), m_client(std::move(client)), m_clock(clock)
{
    m_thread.setObjectName(QStringLiteral("forwards"));
}

ForwardService::~ForwardService()
{
    m_thread.quit();
    m_thread.wait();
}

void ForwardService::startThread()
{
    if (m_forwards != nullptr)
        return;
    m_forwards = new forward::Forwards(m_client, m_clock, m_random);
    auto *const soon = new QTimer(m_forwards);
    soon->setSingleShot(true);
    soon->setInterval(changeInterval);
    connect(soon, &QTimer::timeout, m_forwards, [this] { publish(); });
    connect(m_forwards, &forward::Forwards::changed, soon, [soon] {
        if (!soon->isActive())
            soon->start();
    });
    auto *const regularly = new QTimer(m_forwards);
    connect(regularly, &QTimer::timeout, m_forwards, [this] { publish(); });
    regularly->start(counterInterval);
    m_forwards->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_forwards, &QObject::deleteLater);
    m_thread.start();
}

/// In the forwards' thread.
void ForwardService::publish()
{
    QMetaObject::invokeMethod(
        this,
        [this, snapshots = m_forwards->snapshots()] {
            if (snapshots == m_snapshots)
                return;
            m_snapshots = snapshots;
            emit changed();
        },
        Qt::QueuedConnection);
}

template <typename Task>
void ForwardService::post(Task task)
{
    startThread();
    QMetaObject::invokeMethod(m_forwards, std::move(task), Qt::QueuedConnection);
}

void ForwardService::add(const forward::ForwardRequest &request)
{
    post([this, request] { m_forwards->add(request); });
}

void ForwardService::start(int id)
{
    post([this, id] { m_forwards->start(id); });
}

void ForwardService::stop(int id)
{
    post([this, id] { m_forwards->stop(id); });
}

void ForwardService::remove(int id)
{
    post([this, id] { m_forwards->remove(id); });
}

void ForwardService::reconnect()
{
    if (m_forwards != nullptr)
        post([this] { m_forwards->reconnect(); });
}

void ForwardService::ask(const std::vector<forward::ForwardRequest> &requests, bool save, bool startOnConnect)
{
    emit asked(requests, save, startOnConnect);
}

} // namespace binnacle::gui

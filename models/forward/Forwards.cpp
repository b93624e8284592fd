// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/Forwards.h"

namespace binnacle::forward {

namespace {

using namespace std::chrono_literals;

constexpr auto lookEvery = 5s;
/// More wall time than this between two looks, and the computer has slept: servers give up on connections meanwhile.
constexpr auto sleptAfter = 20s;

} // namespace

Forwards::Forwards(std::shared_ptr<kube::Client> client, const core::Clock &clock, core::Random &random,
                   QObject *parent)
    : QObject(parent), m_client(std::move(client)), m_clock(clock), m_random(random), m_looked(clock.now())
{
    m_looking.setParent(this);
    connect(&m_looking, &QTimer::timeout, this, &Forwards::look);
    m_looking.start(lookEvery);
}

Forwards::~Forwards() = default;

int Forwards::add(const ForwardRequest &request)
{
    const int id = ++m_last;
    auto &forward = m_forwards[id] = std::make_unique<Forward>(m_client, request, m_clock, m_random);
    connect(forward.get(), &Forward::changed, this, [this, id] { emit changed(id); });
    forward->start();
    return id;
}

void Forwards::start(int id)
{
    if (const auto found = m_forwards.find(id); found != m_forwards.end())
        found->second->start();
}

void Forwards::stop(int id)
{
    if (const auto found = m_forwards.find(id); found != m_forwards.end())
        found->second->stop();
}

void Forwards::remove(int id)
{
    if (m_forwards.erase(id) != 0)
        emit changed(id);
}

void Forwards::reconnect()
{
    for (const auto &[id, forward] : m_forwards)
        forward->reconnect();
}

std::vector<ForwardSnapshot> Forwards::snapshots() const
{
    std::vector<ForwardSnapshot> snapshots;
    for (const auto &[id, forward] : m_forwards) {
        snapshots.push_back(forward->snapshot());
        snapshots.back().id = id;
    }
    return snapshots;
}

void Forwards::look()
{
    const auto now = m_clock.now();
    if (now - std::exchange(m_looked, now) > sleptAfter)
        reconnect();
}

} // namespace binnacle::forward

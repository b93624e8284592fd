// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Cluster.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

Cluster::Cluster(std::shared_ptr<const core::Clock> clock, std::uint64_t seed)
    : m_state(clock ? std::move(clock) : std::make_shared<core::SystemClock>(), seed),
      m_registry(m_state),
      m_api(m_state, m_registry),
      m_controllers(m_state, m_registry)
{
}

HttpResponse Cluster::handle(const HttpRequest &request)
{
    HttpResponse response = m_api.handle(request);
    // Enough for what one request sets off; a large cluster's rest is worked off by run().
    m_controllers.run(200);
    return response;
}

bool Cluster::run(std::size_t budget)
{
    m_api.tick();
    return m_controllers.run(budget);
}

void Cluster::settle()
{
    constexpr std::size_t batch = 10'000;
    for (int round = 0; round < 1000 && m_controllers.run(batch); ++round)
        continue;
}

void Cluster::advance(std::chrono::milliseconds by)
{
    const auto end = m_state.clock.monotonic() + by;
    settle();
    for (auto timer = m_controllers.nextTimer(); timer && *timer <= end; timer = m_controllers.nextTimer()) {
        const auto left = *timer - m_state.clock.monotonic();
        if (left.count() > 0)
            m_state.clock.push(std::chrono::ceil<std::chrono::milliseconds>(left));
        settle();
    }
    if (const auto left = end - m_state.clock.monotonic(); left.count() > 0)
        m_state.clock.push(std::chrono::ceil<std::chrono::milliseconds>(left));
    settle();
    m_api.tick();
}

void Cluster::liveALittle()
{
    std::vector<ObjectName> candidates;
    for (const auto &[name, pod] : m_state.storage.all("pods"))
        if (textAt(controllerOf(pod->object()), {"kind"}) == "ReplicaSet" && conditionIsTrue(pod->object(), "Ready"))
            candidates.push_back(name);
    if (candidates.empty())
        return;
    const ObjectName &chosen = candidates[m_state.random.below(candidates.size())];
    (void)m_registry.remove(*m_state.resources.stored("pods"), chosen, {});
}

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Result.h"
#include "simulator/ApiServer.h"
#include "simulator/ControllerManager.h"

#include <chrono>
#include <memory>
#include <string>

namespace binnacle::simulator {

/// The demo cluster without sockets and threads: requests in, responses out, time moved by hand or by a clock.
class Cluster
{
public:
    explicit Cluster(std::shared_ptr<const core::Clock> clock = nullptr, std::uint64_t seed = 1);

    /// Answers, then lets the controllers react.
    HttpResponse handle(const HttpRequest &request);
    /// Controllers and timers that are due by the clock; true when work is left.
    bool run(std::size_t budget);
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> nextTimer() const
    {
        return m_controllers.nextTimer();
    }
    /// Time passes: every timer on the way fires at its own moment.
    void advance(std::chrono::milliseconds by);
    void settle();

    [[nodiscard]] core::Result<void> load(const std::string &scenario, int pods, const std::string &manifests);
    /// One small event of life: some pod is replaced.
    void liveALittle();

    [[nodiscard]] ClusterState &state() { return m_state; }
    [[nodiscard]] Registry &registry() { return m_registry; }
    [[nodiscard]] ApiServer &api() { return m_api; }

private:
    ClusterState m_state;
    Registry m_registry;
    ApiServer m_api;
    ControllerManager m_controllers;
};

[[nodiscard]] std::vector<std::string> scenarioNames();

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Controller.h"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace binnacle::simulator {

/// Runs the controllers: a queue of what changed, and timers of what has to be looked at later.
class ControllerManager
{
public:
    ControllerManager(ClusterState &state, Registry &registry);
    ~ControllerManager();

    /// Works off the queue and the timers that are due; at most `budget` steps, so that a connection can be served
    /// in between. True when something is left.
    bool run(std::size_t budget);
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> nextTimer() const;

private:
    using Item = std::pair<std::size_t, ObjectName>; ///< which controller, which object

    void observe(const StorageEvent &event);
    Controller::Delay reconcile(const Item &item);
    void enqueue(std::size_t controller, const ObjectName &name);

    ClusterState &m_state;
    std::vector<std::unique_ptr<Controller>> m_controllers;
    std::deque<Item> m_queue;
    std::set<Item> m_queued;
    std::map<Item, std::chrono::steady_clock::time_point> m_due;
    std::set<std::pair<std::chrono::steady_clock::time_point, Item>> m_timers;
};

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Plan.h"

#include <algorithm>
#include <set>

namespace binnacle::runbook {

namespace {

core::Error planError(std::string message)
{
    return core::makeError(core::ErrorKind::Configuration, std::move(message), "correct the steps of the stack file");
}

/// Kahn's algorithm: what cannot be ordered waits for itself.
bool hasCycle(const std::vector<Step> &steps)
{
    std::vector<bool> ordered(steps.size(), false);
    for (bool progress = true; progress;) {
        progress = false;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto &after = steps[i].after;
            if (!ordered[i] && std::all_of(after.begin(), after.end(), [&](std::size_t a) { return ordered[a]; }))
                ordered[i] = progress = true;
        }
    }
    return std::find(ordered.begin(), ordered.end(), false) != ordered.end();
}

} // namespace

core::Result<void> Plan::validate() const
{
    std::set<std::string> ids;
    std::set<kube::ObjectKey> objects;
    for (const Step &step : steps) {
        if (step.id.empty() || !ids.insert(step.id).second)
            return core::fail(planError("step id \"" + step.id + "\" is empty or used twice"));
        for (const std::size_t after : step.after) {
            if (after >= steps.size())
                return core::fail(planError("step \"" + step.id + "\" waits for a step that does not exist"));
        }
        if (kind != PlanKind::Deploy)
            objects.clear();
        for (const Task &task : step.tasks) {
            if (!objects.insert(task.object).second)
                return core::fail(planError(task.object.describe() + " is in the plan twice"));
        }
        if (!std::is_sorted(step.tasks.begin(), step.tasks.end(),
                            [](const Task &a, const Task &b) { return a.wave < b.wave; }))
            return core::fail(planError("the objects of step \"" + step.id + "\" are not in order of their waves"));
    }
    if (hasCycle(steps))
        return core::fail(planError("the steps wait for each other in a circle"));
    return {};
}

std::vector<std::size_t> Plan::dependentsOf(std::size_t step) const
{
    std::set<std::size_t> found{step};
    for (std::size_t size = 0; size != found.size();) {
        size = found.size();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto &after = steps[i].after;
            if (std::any_of(after.begin(), after.end(), [&](std::size_t a) { return found.count(a) > 0; }))
                found.insert(i);
        }
    }
    found.erase(step);
    return {found.begin(), found.end()};
}

std::size_t Plan::taskCount() const
{
    std::size_t count = 0;
    for (const Step &step : steps)
        count += step.tasks.size();
    return count;
}

} // namespace binnacle::runbook

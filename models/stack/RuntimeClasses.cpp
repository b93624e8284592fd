// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/RuntimeClasses.h"

#include "stack/Situation.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

Amounts overheadIn(const core::Json &overhead)
{
    Amounts amounts;
    for (const auto &[resource, value] : overhead.items())
        amounts[resource] = quantityOf(value);
    return amounts;
}

} // namespace

core::Json runtimePodSpec(core::Json podSpec, const core::Json &runtimeClass)
{
    if (const core::Json &overhead = valueAt(runtimeClass, {"overhead", "podFixed"}); !overhead.empty())
        podSpec["overhead"] = overhead;
    for (const auto &[label, value] : valueAt(runtimeClass, {"scheduling", "nodeSelector"}).items())
        podSpec["nodeSelector"][label] = value;
    for (const core::Json &toleration : valueAt(runtimeClass, {"scheduling", "tolerations"}))
        podSpec["tolerations"].push_back(toleration);
    return podSpec;
}

std::string runtimeConflict(const core::Json &podSpec, const core::Json &runtimeClass)
{
    const core::Json &own = valueAt(podSpec, {"overhead"});
    const core::Json &fixed = valueAt(runtimeClass, {"overhead", "podFixed"});
    const std::string name = textAt(runtimeClass, {"metadata", "name"});
    if (!own.empty() && fixed.empty())
        return "they state an overhead, and " +
               (name.empty() ? "name no runtime class that has it" : "the runtime class " + name + " has none");
    if (!own.empty() && overheadIn(own) != overheadIn(fixed))
        return "they state another overhead than the runtime class " + name;
    const core::Json &selector = valueAt(podSpec, {"nodeSelector"});
    for (const auto &[label, value] : valueAt(runtimeClass, {"scheduling", "nodeSelector"}).items()) {
        const core::Json &stated = valueAt(selector, {label});
        if (!stated.is_null() && stated != value)
            return "their node selector asks for " + label + "=" + textAt(selector, {label}) +
                   ", and the runtime class " + name + " for " + label + "=" + value.get<std::string>();
    }
    return {};
}

void checkRuntimeClasses(const Situation &situation, std::vector<Finding> &findings)
{
    static const core::Json none;
    for (const WorkloadDemand &demand : situation.demands) {
        const core::Json *runtimeClass = situation.runtimeClassOf(demand.podSpec);
        // Of a class that is missing there is a finding, of one that could not be read nothing is known.
        if (runtimeClass == nullptr && !textAt(demand.podSpec, {"runtimeClassName"}).empty())
            continue;
        const std::string conflict = runtimeConflict(demand.podSpec, runtimeClass == nullptr ? none : *runtimeClass);
        if (!conflict.empty())
            findings.push_back(
                {Finding::Severity::Error, demand.key, "pods of " + demand.key.name + " will be refused: " + conflict,
                 "Leave it out of the pod template: the runtime class fills it in.", 0, missingPods(demand) > 0});
    }
}

} // namespace binnacle::stack

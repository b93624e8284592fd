// SPDX-License-Identifier: GPL-3.0-or-later
// What a pod names and admission looks up: plugin/pkg/admission/serviceaccount, priority and runtimeclass.
#include "stack/Situation.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

/// How a pod names something without which it is refused.
struct Reference
{
    const char *kind;
    const char *what; ///< for people
    bool namespaced;
    std::string name; ///< empty: nothing is named
    const std::optional<std::vector<core::Json>> &known;
    bool builtIn; ///< the server has it, or makes it
};

bool isThere(const Situation &situation, const Reference &reference, const core::Namespace &nameSpace)
{
    const auto is = [&](const core::Json &object) {
        const kube::ObjectKey key = keyOf(object);
        return key.kind.kind == reference.kind && key.name == reference.name &&
               (!reference.namespaced || key.nameSpace == nameSpace);
    };
    return std::any_of(reference.known->begin(), reference.known->end(), is) ||
           std::any_of(situation.all.begin(), situation.all.end(), is);
}

std::vector<Reference> referencesOf(const core::Json &podSpec, const ClusterFacts &facts)
{
    std::string account = textAt(podSpec, {"serviceAccountName"});
    if (account.empty())
        account = textAt(podSpec, {"serviceAccount"});
    const std::string priority = textAt(podSpec, {"priorityClassName"});
    const bool isSystems = priority == "system-cluster-critical" || priority == "system-node-critical";
    return {
        {"ServiceAccount", "service account", true, account, facts.serviceAccounts, account == "default"},
        {"PriorityClass", "priority class", false, priority, facts.priorityClasses, isSystems},
        {"RuntimeClass", "runtime class", false, textAt(podSpec, {"runtimeClassName"}), facts.runtimeClasses, false}};
}

} // namespace

void checkReferences(const Situation &situation, std::vector<Finding> &findings)
{
    const bool mayAppear = situation.hasForeign();
    for (const WorkloadDemand &demand : situation.demands) {
        for (const Reference &reference : referencesOf(demand.podSpec, situation.facts)) {
            if (reference.name.empty() || reference.builtIn || !reference.known ||
                isThere(situation, reference, demand.key.nameSpace))
                continue;
            findings.push_back({Finding::Severity::Error, demand.key,
                                "there is no " + std::string(reference.what) + " " + reference.name +
                                    (reference.namespaced ? " in namespace " + demand.key.nameSpace.value() : "") +
                                    ": pods of " + demand.key.name + " will be refused",
                                "Add the " + std::string(reference.kind) + ", or correct its name.", 0,
                                !mayAppear && missingPods(demand) > 0});
        }
    }
}

} // namespace binnacle::stack

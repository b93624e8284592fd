// SPDX-License-Identifier: GPL-3.0-or-later
// Pod Security admission: kubernetes.io/docs/concepts/security/pod-security-admission.
#include "stack/PodSecurity.h"
#include "stack/Situation.h"

#include <algorithm>
#include <cstdlib>

namespace binnacle::stack {

namespace {

/// Beta, and on by default, since then; before it nothing looks at the labels.
constexpr int firstEnforcing = 23;

/// "latest" and what cannot be read are the newest; a standard newer than the server is the server's.
int standardOf(const core::Json &nameSpace, int server)
{
    const std::string version = textAt(nameSpace, {"metadata", "labels", "pod-security.kubernetes.io/enforce-version"});
    const int newest = server > 0 ? server : 1000;
    if (!version.starts_with("v1."))
        return newest;
    return std::min(newest, static_cast<int>(std::strtol(version.c_str() + 3, nullptr, 10)));
}

} // namespace

void checkPodSecurity(const Situation &situation, std::vector<Finding> &findings)
{
    const int server = situation.facts.minorVersion;
    const bool isEnforced = server == 0 || server >= firstEnforcing;
    for (const core::Json *nameSpace : situation.ofKind("Namespace")) {
        const std::string level = textAt(*nameSpace, {"metadata", "labels", "pod-security.kubernetes.io/enforce"});
        const int standard = standardOf(*nameSpace, server);
        for (const WorkloadDemand *demand : situation.demandsIn(core::Namespace(keyOf(*nameSpace).name))) {
            const std::string where = "Pod Security level " + level + " of namespace " + demand->key.nameSpace.value();
            for (const std::string &violation : podSecurityViolations(demand->podSpec, level, standard)) {
                if (isEnforced)
                    findings.push_back({Finding::Severity::Error, demand->key,
                                        where + " refuses its pods: " + violation,
                                        "Change the pod's security context, or the level of the namespace.", 0,
                                        missingPods(*demand) > 0});
                else
                    findings.push_back({Finding::Severity::Warning, demand->key,
                                        where + " would refuse its pods, but this server (Kubernetes 1." +
                                            std::to_string(server) + ") does not enforce it: " + violation,
                                        "Change the pod's security context before the cluster is upgraded.",
                                        std::nullopt, false});
            }
        }
    }
}

} // namespace binnacle::stack

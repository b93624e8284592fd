// SPDX-License-Identifier: GPL-3.0-or-later
// A container may not request more than its limit: ValidateResourceRequirements in Kubernetes' pkg/apis/core. Of what a
// manifest says the object itself is refused, of what limit ranges fill in its pods.
#include "stack/AmountText.h"
#include "stack/Situation.h"
#include "stack/TopologyWorkload.h"

namespace binnacle::stack {

namespace {

/// Devices and huge pages are requested as they are limited.
bool canOvercommit(const std::string &resource)
{
    const auto slash = resource.find('/');
    const bool native = slash == std::string::npos || resource.substr(0, slash).ends_with("kubernetes.io");
    return native && !resource.starts_with("hugepages-");
}

/// What is wrong with the resources of one container, or of a pod as a whole; empty: nothing.
std::string problemOf(const core::Json &resources)
{
    for (const auto &[resource, value] : valueAt(resources, {"requests"}).items()) {
        const core::Json &stated = valueAt(resources, {"limits", resource});
        const core::Quantity request = quantityOf(value);
        if (stated.is_null()) {
            if (!canOvercommit(resource))
                return "requests." + resource + " needs a limit of the same amount, and there is none";
            continue;
        }
        const core::Quantity limit = quantityOf(stated);
        const std::string both = "requests." + resource + " " + amountText(resource, request) + " is ";
        if (canOvercommit(resource) ? request > limit : !(request == limit))
            return both + (request > limit ? "more" : "less") + " than limits." + resource + " " +
                   amountText(resource, limit);
    }
    return {};
}

/// What is wrong first in a pod's spec, and where.
std::string problemOfPod(const core::Json &podSpec)
{
    for (const core::Json *container : allContainersOf(podSpec)) {
        if (const std::string problem = problemOf(valueAt(*container, {"resources"})); !problem.empty())
            return "container " + textAt(*container, {"name"}) + ": " + problem;
    }
    const std::string problem = problemOf(valueAt(podSpec, {"resources"}));
    return problem.empty() ? problem : "the pod's " + problem;
}

const core::Json &statedPodSpec(const Situation &situation, const kube::ObjectKey &workload)
{
    static const core::Json nothing;
    for (const core::Json &object : situation.objects) {
        if (keyOf(object) != workload)
            continue;
        const core::Json *pod = workload.kind.kind == "Pod" ? &object : podTemplateOf(object);
        return pod == nullptr ? nothing : valueAt(*pod, {"spec"});
    }
    return nothing;
}

} // namespace

void checkRequests(const Situation &situation, std::vector<Finding> &findings)
{
    for (const WorkloadDemand &demand : situation.demands) {
        const std::string stated = problemOfPod(statedPodSpec(situation, demand.key));
        if (!stated.empty()) {
            findings.push_back({Finding::Severity::Error, demand.key,
                                "the server refuses " + demand.key.kind.kind + " " + demand.key.name + ", " + stated,
                                "Lower the request, or raise the limit.", 0, true});
            continue;
        }
        const std::string admitted = problemOfPod(demand.podSpec);
        if (!admitted.empty())
            findings.push_back(
                {Finding::Severity::Error, demand.key,
                 "pods of " + demand.key.name + " will be refused, " + admitted + ", where a LimitRange of namespace " +
                     demand.key.nameSpace.value() + " fills in what is not stated",
                 "State both request and limit, or change the default of the LimitRange.", 0, missingPods(demand) > 0});
    }
}

} // namespace binnacle::stack

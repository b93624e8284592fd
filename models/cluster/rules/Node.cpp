// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

namespace binnacle::cluster::rules {

Health nodeHealth(const kube::ObjectRecord &object, const Store &store)
{
    const auto *node = std::get_if<kube::NodeRecord>(&object.body);
    if (!node)
        return conditionsHealth(object, store);
    const kube::Condition *ready = find(node->conditions, "Ready");
    if (!ready)
        return progressing("its kubelet has not reported yet");
    if (ready->status == kube::ConditionStatus::False)
        return degraded("not ready: " + words(*ready));
    if (ready->status == kube::ConditionStatus::Unknown)
        return degraded("its kubelet stopped reporting: " + words(*ready));
    for (const std::string_view type : {"MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"}) {
        if (isTrue(node->conditions, type))
            return degraded(std::string(type) + ": " + words(*find(node->conditions, type)));
    }
    if (node->unschedulable)
        return suspended("cordoned: takes no new pods");
    return healthy("ready");
}

} // namespace binnacle::cluster::rules

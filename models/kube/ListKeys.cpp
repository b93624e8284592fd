// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ListKeys.h"

#include <nlohmann/json.hpp>
#include <set>

namespace binnacle::kube {

namespace {

using core::Json;

void fillPorts(Json &owner)
{
    if (!owner.is_object() || !owner.contains("ports") || !owner["ports"].is_array())
        return;
    for (Json &port : owner["ports"]) {
        if (port.is_object() && !port.contains("protocol"))
            port["protocol"] = "TCP";
    }
}

void fillPod(Json &pod)
{
    for (const char *list : {"containers", "initContainers"}) {
        if (!pod.contains(list) || !pod[list].is_array())
            continue;
        for (Json &container : pod[list])
            fillPorts(container);
    }
}

} // namespace

void fillListKeys(Json &object)
{
    const std::string kind = object.value("kind", "");
    const Json::json_pointer spec("/spec");
    if (kind == "Service" && object.contains(spec))
        fillPorts(object[spec]);
    static const std::set<std::string> templated{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"};
    if (kind != "Pod" && kind != "CronJob" && templated.count(kind) == 0)
        return;
    const Json::json_pointer pod(kind == "Pod"       ? "/spec"
                                 : kind == "CronJob" ? "/spec/jobTemplate/spec/template/spec"
                                                     : "/spec/template/spec");
    if (object.contains(pod) && object[pod].is_object())
        fillPod(object[pod]);
}

} // namespace binnacle::kube

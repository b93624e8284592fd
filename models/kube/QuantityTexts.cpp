// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/QuantityTexts.h"

#include "core/Quantity.h"

#include <nlohmann/json.hpp>
#include <set>

namespace binnacle::kube {

namespace {

using core::Json;

void write(Json &value)
{
    if (!value.is_number())
        return;
    if (const auto quantity = core::Quantity::parse(value.dump()))
        value = quantity->canonical();
}

void writeAll(Json &owner, std::initializer_list<const char *> maps)
{
    if (!owner.is_object())
        return;
    for (const char *const map : maps) {
        if (!owner.contains(map) || !owner[map].is_object())
            continue;
        for (Json &value : owner[map])
            write(value);
    }
}

/// What these are called holds quantities wherever it is in a built-in kind.
void walk(Json &value)
{
    if (value.is_array()) {
        for (Json &item : value)
            walk(item);
        return;
    }
    if (!value.is_object())
        return;
    static const std::set<std::string> single = {"sizeLimit", "averageValue", "divisor"};
    for (auto &[name, inner] : value.items()) {
        if (name == "resources")
            writeAll(inner, {"limits", "requests"});
        else if (single.contains(name))
            write(inner);
        walk(inner);
    }
}

} // namespace

void writeQuantitiesAsText(Json &object)
{
    static const std::set<std::string> workloads = {"Pod",
                                                    "Deployment",
                                                    "StatefulSet",
                                                    "DaemonSet",
                                                    "ReplicaSet",
                                                    "ReplicationController",
                                                    "Job",
                                                    "CronJob",
                                                    "PodTemplate",
                                                    "PersistentVolumeClaim",
                                                    "HorizontalPodAutoscaler"};
    const std::string version = object.value("apiVersion", ""), kind = object.value("kind", "");
    const std::string group = version.substr(0, version.find('/'));
    if (group.find('.') != std::string::npos || !object.contains("spec") || !object["spec"].is_object())
        return;
    Json &spec = object["spec"];
    if (workloads.contains(kind))
        walk(spec);
    else if (kind == "ResourceQuota")
        writeAll(spec, {"hard"});
    else if (kind == "PersistentVolume")
        writeAll(spec, {"capacity"});
    else if (kind == "LimitRange" && spec.contains("limits") && spec["limits"].is_array())
        for (Json &limit : spec["limits"])
            writeAll(limit, {"max", "min", "default", "defaultRequest", "maxLimitRequestRatio"});
}

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"
#include "core/Quantity.h"

#include <nlohmann/json.hpp>

namespace binnacle::cluster::rules {

namespace {

/// The provisioner and the binder speak only in events: "WaitForFirstConsumer", "ProvisioningFailed".
const kube::EventRecord *lastEvent(const kube::ObjectRecord &object, const Store &store)
{
    for (const auto &record : store.eventsOf(object.key())) {
        if (const auto *event = std::get_if<kube::EventRecord>(&record->body))
            return event;
    }
    return nullptr;
}

/// Events last an hour; the storage class, where it is known, says the same for as long as it takes.
bool bindsLate(const core::Json &claim, const Store &store)
{
    const kube::RecordPointer record =
        store.find({{"storage.k8s.io", "StorageClass"}, {}, text(claim, {"spec", "storageClassName"})});
    return record && record->json() && text(*record->json(), {"volumeBindingMode"}) == "WaitForFirstConsumer";
}

/// "NodeResizeInfeasible" and the like: the server's word for a resize that needs the claim to be changed (1.28).
std::string infeasible(const core::Json &json)
{
    const std::string status = text(json, {"status", "allocatedResourceStatuses", "storage"});
    return status.find("Infeasible") == std::string::npos ? std::string() : status;
}

} // namespace

Health claimHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const std::string phase = text(*json, {"status", "phase"});
    const std::string size = text(*json, {"status", "capacity", "storage"});
    if (phase == "Lost")
        return degraded("the volume " + text(*json, {"spec", "volumeName"}) + " it was bound to is lost");
    if (phase != "Bound") {
        const kube::EventRecord *event = lastEvent(object, store);
        if (event && event->reason == std::string_view("ProvisioningFailed"))
            return degraded("not bound: " + event->message);
        // Nothing is wrong and nothing moves until a pod uses the claim: a class with volumeBindingMode
        // WaitForFirstConsumer, and the claim of a job that runs at night.
        const bool claimed = at(*json, {"metadata", "annotations", "volume.kubernetes.io/selected-node"});
        const bool waits = event ? event->reason == std::string_view("WaitForFirstConsumer") : bindsLate(*json, store);
        if (waits && !claimed)
            return suspended("not bound: waits for the first pod that uses it");
        return progressing(event ? "not bound: " + event->message : "not bound to a volume");
    }
    const std::vector<kube::Condition> conditions = conditionsOf(*json);
    for (const std::string_view type : {"ControllerResizeError", "NodeResizeError"}) {
        if (isTrue(conditions, type))
            return degraded("bound, resize failed: " + words(*find(conditions, type)));
    }
    if (const std::string status = infeasible(*json); !status.empty())
        return degraded("bound, resize failed: " + status);
    if (isTrue(conditions, "ModifyVolumeError"))
        return degraded("bound, change of its class failed: " + words(*find(conditions, "ModifyVolumeError")));
    if (isTrue(conditions, "ModifyingVolume"))
        return progressing("bound, its class changes: " + words(*find(conditions, "ModifyingVolume")));
    for (const std::string_view type : {"Resizing", "FileSystemResizePending"}) {
        if (isTrue(conditions, type))
            return progressing("bound, resizing: " + words(*find(conditions, type)));
    }
    // What asks for more is not what it asks for yet, also before anybody has begun to resize it.
    const std::string wanted = text(*json, {"spec", "resources", "requests", "storage"});
    if (const auto has = core::Quantity::parse(size), asked = core::Quantity::parse(wanted);
        has && asked && *has < *asked)
        return progressing("bound, " + size + " of " + wanted + ": its storage has not resized it yet");
    return healthy(size.empty() ? "bound" : "bound, " + size);
}

Health volumeHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const std::string phase = text(*json, {"status", "phase"});
    const std::string message = text(*json, {"status", "message"});
    if (phase == "Bound" || phase == "Available")
        return healthy(phase == "Bound" ? "bound" : "available");
    if (phase == "Released")
        return suspended("released: its claim is gone, the data is kept");
    if (phase == "Failed")
        return degraded("could not be reclaimed" + (message.empty() ? "" : ": " + message));
    return progressing("not available yet");
}

} // namespace binnacle::cluster::rules

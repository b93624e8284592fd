// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ClaimFacts.h"

#include "core/Futures.h"
#include "stack/Workloads.h"

#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;

const core::GroupKind storageClassKind{"storage.k8s.io", "StorageClass"};

std::string textAt(const Json &object, const char *pointer)
{
    const Json value = object.is_object() ? object.value(Json::json_pointer(pointer), Json()) : Json();
    return value.is_string() ? value.get<std::string>() : std::string();
}

Json itemsOf(const Json &list)
{
    return list.is_object() ? list.value("items", Json::array()) : Json::array();
}

std::string refusalOf(const Json &claim, const Json &storageClass, const std::string &name)
{
    if (const auto phase = textAt(claim, "/status/phase"); phase != "Bound")
        return "Only a claim that is bound can grow, and this one is " + (phase.empty() ? "new" : phase);
    if (name.empty())
        return "It has no storage class, and only a class can say that its volumes may grow";
    if (storageClass.is_object() && !storageClass.value("allowVolumeExpansion", false))
        return "Its storage class " + name + " does not allow volumes to grow (allowVolumeExpansion)";
    return {};
}

bool mounts(const Json &pod, const std::string &claim)
{
    if (textAt(pod, "/status/phase") != "Running")
        return false;
    for (const Json &volume : pod.value("/spec/volumes"_json_pointer, Json::array())) {
        if (textAt(volume, "/persistentVolumeClaim/claimName") == claim)
            return true;
    }
    return false;
}

Json readOr(const Result<Json> &answer)
{
    return answer ? *answer : Json();
}

} // namespace

ClaimFacts factsOf(const Json &claim, const Json &storageClass, const Json &pods, const Json &statefulSets)
{
    ClaimFacts facts;
    facts.storageClass = textAt(claim, "/spec/storageClassName");
    facts.refusal = refusalOf(claim, storageClass, facts.storageClass);
    const kube::ObjectKey key{{"", "PersistentVolumeClaim"},
                              core::Namespace(textAt(claim, "/metadata/namespace")),
                              textAt(claim, "/metadata/name")};
    for (const Json &pod : itemsOf(pods)) {
        if (mounts(pod, key.name))
            facts.pods.push_back(textAt(pod, "/metadata/name"));
    }
    for (const Json &set : itemsOf(statefulSets)) {
        const kube::ObjectKey owner{{"apps", "StatefulSet"}, key.nameSpace, textAt(set, "/metadata/name")};
        if (stack::isClaimOf(owner, set, key))
            facts.statefulSet = owner.name;
    }
    return facts;
}

std::vector<std::string> growthWarnings(const ClaimFacts &facts)
{
    std::vector<std::string> warnings{"It cannot be made smaller again"};
    if (facts.pods.empty())
        warnings.emplace_back("No running pod has it mounted: its file system grows when one starts");
    if (!facts.statefulSet.empty())
        warnings.push_back("StatefulSet " + facts.statefulSet +
                           " makes new claims in the old size: its volumeClaimTemplates cannot be changed, only the "
                           "whole set replaced, its pods kept (kubectl delete --cascade=orphan, then apply)");
    return warnings;
}

QFuture<Result<ClaimFacts>> claimFacts(std::shared_ptr<kube::Client> client, kube::ObjectKey claim,
                                       core::CancellationToken token)
{
    return core::chain<ClaimFacts>(client->get(claim, token), [client, claim, token](const Result<Json> &live) {
        if (!live)
            return core::ready(Result<ClaimFacts>(core::fail(live.error())));
        const auto name = textAt(*live, "/spec/storageClassName");
        const auto asked = core::settle<Json>({client->get({storageClassKind, {}, name}, token),
                                               client->list({"", "Pod"}, claim.nameSpace, {}, token),
                                               client->list({"apps", "StatefulSet"}, claim.nameSpace, {}, token)});
        return core::then(asked, [live = *live](const Result<std::vector<Result<Json>>> &all) -> Result<ClaimFacts> {
            if (!all)
                return core::fail(all.error());
            return factsOf(live, readOr((*all)[0]), readOr((*all)[1]), readOr((*all)[2]));
        });
    });
}

} // namespace binnacle::operations

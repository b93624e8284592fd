// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Controller.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

void Controller::observe(const StorageEvent &, const Enqueue &) {}

std::vector<StoredPointer> ownedBy(const ClusterState &state, std::string_view collection, const Json &owner)
{
    std::vector<StoredPointer> owned;
    const std::string uid = textAt(owner, {"metadata", "uid"});
    const std::string nameSpace = nameOf(owner).nameSpace;
    const auto &objects = state.storage.all(collection);
    for (auto object = objects.lower_bound({nameSpace, {}});
         object != objects.end() && object->first.nameSpace == nameSpace; ++object)
        if (textAt(controllerOf(object->second->object()), {"uid"}) == uid)
            owned.push_back(object->second);
    return owned;
}

bool isPodReady(const Json &pod)
{
    return conditionIsTrue(pod, "Ready");
}

bool isPodAvailable(const ClusterState &state, const Json &pod, long long minReadySeconds)
{
    if (!isPodReady(pod))
        return false;
    const auto since = core::parseTime(textAt(condition(pod, "Ready"), {"lastTransitionTime"}));
    return minReadySeconds <= 0 || (since && state.clock.now() - *since >= std::chrono::seconds(minReadySeconds));
}

bool isPodFinished(const Json &pod)
{
    const std::string phase = textAt(pod, {"status", "phase"});
    return phase == "Succeeded" || phase == "Failed";
}

std::string templateHash(const Json &podTemplate)
{
    constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
    Json relevant = podTemplate;
    if (relevant.contains("metadata") && relevant["metadata"].contains("labels"))
        relevant["metadata"]["labels"].erase("pod-template-hash");
    const std::string hex = sha1Hex(relevant.dump());
    std::string hash;
    for (std::size_t i = 0; i < 10; ++i)
        hash += alphabet[static_cast<std::size_t>(std::stoi(hex.substr(i * 2, 2), nullptr, 16)) % alphabet.size()];
    return hash;
}

Json podFromTemplate(const Json &owner, const Json &podTemplate)
{
    Json pod = {{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata", podTemplate.value("metadata", Json::object())},
                {"spec", podTemplate.value("spec", Json::object())}};
    pod["metadata"].erase("creationTimestamp");
    pod["metadata"].erase("name");
    pod["metadata"]["namespace"] = nameOf(owner).nameSpace;
    pod["metadata"]["ownerReferences"] = Json::array({controllerReference(owner)});
    return pod;
}

long long resolvePercent(const Json &value, long long total, bool roundUp)
{
    if (value.is_number())
        return value.get<long long>();
    if (!value.is_string())
        return 0;
    const long long percent = std::atoll(value.get<std::string>().c_str());
    return roundUp ? (percent * total + 99) / 100 : percent * total / 100;
}

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/LogPods.h"

#include "stack/TopologyReach.h"
#include "stack/TopologyWorkload.h"

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::stack {

namespace {

const core::GroupKind podKind{"", "Pod"};

std::vector<kube::RecordPointer> podsOfService(const core::Json &service, const core::Namespace &nameSpace,
                                               const cluster::Store &store)
{
    const auto labels = service.value(core::Json::json_pointer("/spec/selector"), core::Json::object());
    if (!labels.is_object() || labels.empty())
        return {};
    return podsSelected({{"matchLabels", labels}}, nameSpace, store);
}

} // namespace

std::vector<kube::RecordPointer> podsBehind(const std::vector<kube::ObjectKey> &objects, const cluster::Store &store)
{
    std::vector<kube::RecordPointer> all;
    std::set<std::string> known;
    for (const auto &key : objects) {
        const auto record = store.find(key);
        if (!record)
            continue;
        const bool isService = key.kind == core::GroupKind{"", "Service"} && record->json();
        for (auto &pod : isService ? podsOfService(*record->json(), key.nameSpace, store) : podsOf(*record, store)) {
            if (known.insert(pod->meta.uid).second)
                all.push_back(std::move(pod));
        }
    }
    return all;
}

std::vector<kube::RecordPointer> podsSelected(const core::Json &selector, const core::Namespace &nameSpace,
                                              const cluster::Store &store)
{
    std::vector<kube::RecordPointer> selected;
    for (auto &pod : store.list(podKind, nameSpace)) {
        Labels labels;
        for (const auto &[key, value] : pod->meta.labels)
            labels[key.str()] = value.str();
        if (matches(&selector, labels))
            selected.push_back(std::move(pod));
    }
    return selected;
}

std::vector<cluster::Feed> feedsForPodsBehind(const std::vector<kube::ObjectKey> &objects)
{
    std::set<cluster::Feed> feeds;
    for (const auto &key : objects) {
        feeds.insert({podKind, key.nameSpace});
        feeds.insert({key.kind, key.nameSpace});
        if (key.kind.kind == "Deployment")
            feeds.insert({{"apps", "ReplicaSet"}, key.nameSpace});
        if (key.kind.kind == "CronJob")
            feeds.insert({{"batch", "Job"}, key.nameSpace});
    }
    return {feeds.begin(), feeds.end()};
}

} // namespace binnacle::stack

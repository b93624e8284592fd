// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/HealthRules.h"

#include "cluster/rules/Rule.h"

namespace binnacle::cluster {

const char *toString(HealthState state)
{
    switch (state) {
    case HealthState::Healthy:
        return "Healthy";
    case HealthState::Suspended:
        return "Suspended";
    case HealthState::Progressing:
        return "Progressing";
    case HealthState::Unknown:
        return "Unknown";
    case HealthState::Missing:
        return "Missing";
    case HealthState::Degraded:
        return "Degraded";
    }
    return "Unknown";
}

const Health &worse(const Health &a, const Health &b)
{
    return b.state > a.state ? b : a;
}

Health healthOf(const kube::ObjectRecord &object, const Store &store)
{
    if (auto common = rules::commonHealth(object, store))
        return *std::move(common);
    return rules::ruleFor(object.gvk.groupKind())(object, store);
}

Health healthOf(const kube::ObjectKey &key, const Store &store)
{
    if (const kube::RecordPointer record = store.find(key))
        return healthOf(*record, store);
    const FeedStatus *feed = store.feedFor(key.kind, key.nameSpace);
    if (!feed)
        return {HealthState::Unknown, key.kind.kind + " objects are not watched"};
    switch (feed->state) {
    case FeedState::Live:
        return {HealthState::Missing, "it does not exist"};
    case FeedState::Loading:
        return {HealthState::Unknown, "not loaded yet"};
    case FeedState::Stale:
        return {HealthState::Unknown, "the connection is gone, and it was not there before"};
    case FeedState::Denied:
        return {HealthState::Unknown, "you may not read " + key.kind.kind + " objects here" +
                                          (feed->error ? ": " + feed->error->message : "")};
    case FeedState::Failed:
        return {HealthState::Unknown, "cannot be read" + (feed->error ? ": " + feed->error->message : "")};
    }
    return {};
}

} // namespace binnacle::cluster

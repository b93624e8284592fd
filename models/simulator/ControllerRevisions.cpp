// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ControllerRevisions.h"

#include "simulator/Controller.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr const char *collection = "controllerrevisions.apps";

long long numberOf(const StoredPointer &revision)
{
    return numberAt(revision->object(), {"revision"});
}

/// Whether it was: a quota may count revisions.
bool create(ClusterState &state, Registry &registry, const Json &set, const ObjectName &name, const Json &labels,
            long long number)
{
    Json podTemplate = set["spec"]["template"];
    podTemplate["$patch"] = "replace";
    Json object = {
        {"apiVersion", "apps/v1"},
        {"kind", "ControllerRevision"},
        {"metadata", {{"name", name.name}, {"labels", labels}, {"ownerReferences", {controllerReference(set)}}}},
        {"data", {{"spec", {{"template", std::move(podTemplate)}}}}},
        {"revision", number}};
    if (Json annotations = annotationsForRevision(set); !annotations.empty())
        object["metadata"]["annotations"] = std::move(annotations);
    WriteOptions options;
    options.internal = true;
    return registry.create(*state.resources.stored(collection), name.nameSpace, std::move(object), options).has_value();
}

} // namespace

Json annotationsForRevision(const Json &object)
{
    static const std::set<std::string> books{"kubectl.kubernetes.io/last-applied-configuration",
                                             "deployment.kubernetes.io/revision",
                                             "deployment.kubernetes.io/revision-history",
                                             "deployment.kubernetes.io/desired-replicas",
                                             "deployment.kubernetes.io/max-replicas",
                                             "deprecated.deployment.rollback.to"};
    Json kept = Json::object();
    for (const auto &[key, value] : at(object, {"metadata", "annotations"}).items())
        if (books.count(key) == 0)
            kept[key] = value;
    return kept;
}

std::string keepRevision(ClusterState &state, Registry &registry, const Json &set, const std::string &hashLabel,
                         const std::set<std::string> &live)
{
    const std::string hash = templateHash(set["spec"]["template"]);
    const ObjectName current{nameOf(set).nameSpace, nameOf(set).name + "-" + hash};
    std::vector<StoredPointer> revisions = ownedBy(state, collection, set);
    std::sort(revisions.begin(), revisions.end(),
              [](const StoredPointer &a, const StoredPointer &b) { return numberOf(a) < numberOf(b); });
    const long long newest = revisions.empty() ? 0 : numberOf(revisions.back());
    const StoredPointer kept = state.storage.get(collection, current);
    if (!kept) {
        Json labels = at(set, {"spec", "template", "metadata", "labels"});
        labels[hashLabel] = hash;
        if (!create(state, registry, set, current, labels, newest + 1))
            return {};
    } else if (numberOf(kept) < newest) {
        state.update(collection, current, [&](Json &object) { object["revision"] = newest + 1; });
    }
    std::erase_if(revisions, [&](const StoredPointer &each) {
        const ObjectName name = nameOf(each->object());
        return name == current || live.count(name.name) > 0;
    });
    const auto limit = static_cast<std::size_t>(numberAt(set, {"spec", "revisionHistoryLimit"}, 10));
    for (std::size_t i = 0; i + limit < revisions.size(); ++i)
        (void)registry.remove(*state.resources.stored(collection), nameOf(revisions[i]->object()), {});
    return current.name;
}

} // namespace binnacle::simulator

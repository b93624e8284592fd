// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/Relations.h"

#include "stack/TopologyWorkload.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <variant>

namespace binnacle::items {

namespace {

using core::GroupKind;
using core::Json;
using kube::ObjectKey;

const GroupKind configMap{"", "ConfigMap"};
const GroupKind secret{"", "Secret"};
const GroupKind claim{"", "PersistentVolumeClaim"};
const GroupKind service{"", "Service"};
const std::vector<GroupKind> workloads{
    {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"}, {"batch", "CronJob"}};
/// Kinds that point at others by name or selector.
const std::vector<GroupKind> pointers{{"apps", "Deployment"},
                                      {"apps", "StatefulSet"},
                                      {"apps", "DaemonSet"},
                                      {"batch", "CronJob"},
                                      service,
                                      {"networking.k8s.io", "Ingress"},
                                      {"autoscaling", "HorizontalPodAutoscaler"},
                                      {"policy", "PodDisruptionBudget"}};

Json at(const Json &json, const char *pointer)
{
    const Json::json_pointer path(pointer);
    return json.contains(path) ? json.at(path) : Json();
}

std::string text(const Json &json, const char *pointer)
{
    const Json value = at(json, pointer);
    return value.is_string() ? value.get<std::string>() : std::string();
}

RelationRole inverse(RelationRole role)
{
    switch (role) {
    case RelationRole::SendsTo:
        return RelationRole::ReachedBy;
    case RelationRole::RoutesTo:
        return RelationRole::RoutedFrom;
    case RelationRole::Scales:
        return RelationRole::ScaledBy;
    case RelationRole::Protects:
        return RelationRole::ProtectedBy;
    default:
        return RelationRole::UsedBy;
    }
}

/// Collects, each object once for each role.
struct Found
{
    std::vector<Relation> list;

    void add(RelationRole role, const GroupKind &kind, const std::string &nameSpace, const std::string &name)
    {
        const Relation relation{role, {kind, core::Namespace(nameSpace), name}};
        if (!name.empty() && std::find(list.begin(), list.end(), relation) == list.end())
            list.push_back(relation);
    }
};

void usesOfPods(const Json &podTemplate, const std::string &nameSpace, Found &found)
{
    const auto use = [&](const GroupKind &kind, const std::string &name) {
        found.add(RelationRole::Uses, kind, nameSpace, name);
    };
    const Json spec = at(podTemplate, "/spec");
    for (const Json &volume : at(spec, "/volumes")) {
        use(configMap, text(volume, "/configMap/name"));
        use(secret, text(volume, "/secret/secretName"));
        use(claim, text(volume, "/persistentVolumeClaim/claimName"));
        for (const Json &source : at(volume, "/projected/sources")) {
            use(configMap, text(source, "/configMap/name"));
            use(secret, text(source, "/secret/name"));
        }
    }
    for (const char *list : {"/initContainers", "/containers"}) {
        for (const Json &container : at(spec, list)) {
            for (const Json &source : at(container, "/envFrom")) {
                use(configMap, text(source, "/configMapRef/name"));
                use(secret, text(source, "/secretRef/name"));
            }
            for (const Json &variable : at(container, "/env")) {
                use(configMap, text(variable, "/valueFrom/configMapKeyRef/name"));
                use(secret, text(variable, "/valueFrom/secretKeyRef/name"));
            }
        }
    }
    for (const Json &pull : at(spec, "/imagePullSecrets"))
        use(secret, text(pull, "/name"));
    use({"", "ServiceAccount"}, text(spec, "/serviceAccountName"));
}

/// The workloads whose pods a selector means.
void selected(RelationRole role, const Json &selector, const std::string &nameSpace, const cluster::Store &store,
              Found &found)
{
    for (const GroupKind &kind : workloads) {
        for (const auto &record : store.list(kind, core::Namespace(nameSpace))) {
            const stack::Labels labels = stack::templateLabels(*record);
            if (!labels.empty() && stack::matches(&selector, labels))
                found.add(role, kind, nameSpace, record->meta.name);
        }
    }
}

void backendsOf(const Json &ingress, const std::string &nameSpace, Found &found)
{
    const auto backend = [&](const Json &each) {
        found.add(RelationRole::RoutesTo, service, nameSpace, text(each, "/service/name"));
        found.add(RelationRole::RoutesTo, service, nameSpace,
                  text(each, "/serviceName")); // before networking.k8s.io/v1
    };
    backend(at(ingress, "/spec/defaultBackend"));
    for (const Json &rule : at(ingress, "/spec/rules")) {
        for (const Json &path : at(rule, "/http/paths"))
            backend(at(path, "/backend"));
    }
    for (const Json &tls : at(ingress, "/spec/tls"))
        found.add(RelationRole::Uses, secret, nameSpace, text(tls, "/secretName"));
}

/// Whom an object points at itself.
void pointsAt(const kube::ObjectRecord &record, const cluster::Store &store, Found &found)
{
    const std::string nameSpace = record.meta.nameSpace.str();
    if (const auto *pod = std::get_if<kube::PodRecord>(&record.body)) {
        for (const auto &name : pod->claims)
            found.add(RelationRole::Uses, claim, nameSpace, name.str());
        found.add(RelationRole::RunsOn, {"", "Node"}, {}, pod->node.str());
        return;
    }
    const Json *json = record.json();
    if (!json)
        return;
    if (const Json *podTemplate = stack::podTemplateOf(*json))
        usesOfPods(*podTemplate, nameSpace, found);
    if (record.gvk.kind == "Service") {
        const Json labels = at(*json, "/spec/selector");
        if (labels.is_object() && !labels.empty()) // without one its endpoints are made by hand
            selected(RelationRole::SendsTo, {{"matchLabels", labels}}, nameSpace, store, found);
    } else if (record.gvk.kind == "Ingress") {
        backendsOf(*json, nameSpace, found);
    } else if (record.gvk.kind == "HorizontalPodAutoscaler") {
        const std::string apiVersion = text(*json, "/spec/scaleTargetRef/apiVersion");
        found.add(RelationRole::Scales,
                  {apiVersion.substr(0, apiVersion.find('/')), text(*json, "/spec/scaleTargetRef/kind")}, nameSpace,
                  text(*json, "/spec/scaleTargetRef/name"));
    } else if (record.gvk.kind == "PodDisruptionBudget") {
        selected(RelationRole::Protects, at(*json, "/spec/selector"), nameSpace, store, found);
    }
}

} // namespace

std::vector<Relation> relationsOf(const ObjectKey &key, const cluster::Store &store)
{
    Found found;
    const kube::RecordPointer record = store.find(key);
    if (record) {
        for (kube::RecordPointer child = record; child;) {
            const kube::OwnerReference *owner = child->meta.controller();
            child = owner ? store.findByUid(core::Uid(owner->uid.str())) : nullptr;
            if (child)
                found.list.push_back({RelationRole::Owner, child->key()});
        }
        pointsAt(*record, store, found);
    }
    if (!key.nameSpace.isEmpty()) {
        for (const GroupKind &kind : pointers) {
            for (const auto &other : store.list(kind, key.nameSpace)) {
                Found theirs;
                pointsAt(*other, store, theirs);
                for (const Relation &relation : theirs.list) {
                    if (relation.key == key)
                        found.add(inverse(relation.role), kind, key.nameSpace.value(), other->meta.name);
                }
            }
        }
    }
    if (record) {
        for (const auto &child : store.ownedBy(core::Uid(record->meta.uid))) {
            found.list.push_back({RelationRole::Owned, child->key()});
            for (const auto &grandchild : store.ownedBy(core::Uid(child->meta.uid)))
                found.list.push_back({RelationRole::Owned, grandchild->key()});
        }
    }
    return found.list;
}

} // namespace binnacle::items

// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences as in apimachinery's pkg/util/validation/field.
#include "simulator/Validation.h"

#include "simulator/CustomResources.h"

#include "core/Quantity.h"
#include "simulator/PolicyValidation.h"
#include "simulator/Selector.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace binnacle::simulator {

using core::Json;

namespace {

class Validator
{
public:
    std::vector<ApiCause> causes;

    void require(const Json &object, const std::string &path, const char *field)
    {
        const Json &value = at(object, {field});
        const bool empty = value.is_null() || ((value.is_string() || value.is_array()) && value.size() == 0) ||
                           (value.is_string() && value.get<std::string>().empty());
        if (empty)
            causes.push_back({"FieldValueRequired", "Required value", path + "." + field});
    }

    void wrong(const std::string &field, const Json &value, const std::string &why)
    {
        causes.push_back({"FieldValueInvalid", "Invalid value: " + value.dump() + ": " + why, field});
    }

    void oneOf(const Json &value, const std::string &field, const std::vector<std::string> &allowed)
    {
        if (value.is_null())
            return;
        if (value.is_string() && std::find(allowed.begin(), allowed.end(), value.get<std::string>()) != allowed.end())
            return;
        std::vector<std::string> quoted;
        for (const std::string &name : allowed)
            quoted.push_back("\"" + name + "\"");
        causes.push_back({"FieldValueNotSupported",
                          "Unsupported value: " + value.dump() + ": supported values: " + join(quoted, ", "), field});
    }

    void notNegative(const Json &object, const std::string &path, const char *field)
    {
        if (const Json &value = at(object, {field}); value.is_number() && value.get<long long>() < 0)
            wrong(path + "." + field, value, "must be greater than or equal to 0");
    }

    void port(const Json &value, const std::string &field)
    {
        if (value.is_number_integer() && (value.get<long long>() < 1 || value.get<long long>() > 65535))
            wrong(field, value, "must be between 1 and 65535, inclusive");
    }

    void immutable(const Json &before, const Json &after, const std::string &field)
    {
        if (before != after)
            wrong(field, after, "field is immutable");
    }

    void container(const Json &container, const std::string &path, const std::set<std::string> &volumes);
    void podSpec(const Json &spec, const std::string &path, std::set<std::string> volumes = {});
    void templateOf(const Json &spec, const std::string &path, bool onlyAlways);
    void workload(const Resource &resource, const Json &before, const Json &object);
    void service(const Json &before, const Json &spec);
    void ingress(const Json &spec);
    void autoscaler(const Json &spec);
    void scalingRules(const Json &rules, const std::string &path);
    void job(const Json &before, const Json &spec, const std::string &path);
    void claim(const Json &before, const Json &object);
};

void Validator::container(const Json &container, const std::string &path, const std::set<std::string> &volumes)
{
    require(container, path, "name");
    if (const std::string name = textAt(container, {"name"}); !name.empty())
        if (const std::string problem = labelProblem(name); !problem.empty())
            wrong(path + ".name", name, problem);
    require(container, path, "image");
    oneOf(at(container, {"imagePullPolicy"}), path + ".imagePullPolicy", {"Always", "IfNotPresent", "Never"});
    std::size_t index = 0;
    for (const Json &entry : at(container, {"ports"})) {
        const std::string field = path + ".ports[" + std::to_string(index++) + "]";
        require(entry, field, "containerPort");
        port(at(entry, {"containerPort"}), field + ".containerPort");
        oneOf(at(entry, {"protocol"}), field + ".protocol", {"SCTP", "TCP", "UDP"});
    }
    index = 0;
    for (const Json &mount : at(container, {"volumeMounts"})) {
        const std::string field = path + ".volumeMounts[" + std::to_string(index++) + "]";
        const std::string name = textAt(mount, {"name"});
        if (volumes.count(name) == 0)
            causes.push_back({"FieldValueNotFound", "Not found: \"" + name + "\"", field + ".name"});
        require(mount, field, "mountPath");
    }
    for (const char *const side : {"limits", "requests"}) {
        for (const auto &[name, value] : at(container, {"resources", side}).items()) {
            const auto quantity =
                value.is_string() ? core::Quantity::parse(value.get<std::string>()) : core::Quantity();
            if (quantity && quantity->isNegative())
                wrong(path + ".resources." + side + "[" + name + "]", value, "must be greater than or equal to 0");
        }
    }
    const Json &limits = at(container, {"resources", "limits"});
    for (const auto &[name, request] : at(container, {"resources", "requests"}).items()) {
        const Json &limit = at(limits, {name});
        const auto slash = name.find('/');
        const bool exact = startsWith(name, "hugepages-") ||
                           (slash != std::string::npos && !endsWith(name.substr(0, slash), "kubernetes.io"));
        if (exact && !limit.is_string())
            causes.push_back({"FieldValueRequired",
                              "Required value: Limit must be set for non overcommitable resources",
                              path + ".resources.limits"});
        if (!limit.is_string() || !request.is_string())
            continue;
        const auto wanted = core::Quantity::parse(request.get<std::string>());
        const auto allowed = core::Quantity::parse(limit.get<std::string>());
        if (exact && wanted && allowed && !(*wanted == *allowed))
            wrong(path + ".resources.requests", request,
                  "must be equal to " + name + " limit of " + limit.get<std::string>());
        else if (wanted && allowed && *wanted > *allowed)
            wrong(path + ".resources.requests", request,
                  "must be less than or equal to " + name + " limit of " + limit.get<std::string>());
    }
}

void Validator::podSpec(const Json &spec, const std::string &path, std::set<std::string> volumes)
{
    require(spec, path, "containers");
    oneOf(at(spec, {"restartPolicy"}), path + ".restartPolicy", {"Always", "OnFailure", "Never"});
    oneOf(at(spec, {"dnsPolicy"}), path + ".dnsPolicy", {"ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"});
    std::size_t index = 0;
    for (const Json &volume : at(spec, {"volumes"})) {
        const std::string name = textAt(volume, {"name"});
        if (!volumes.insert(name).second)
            causes.push_back({"FieldValueDuplicate", "Duplicate value: \"" + name + "\"",
                              path + ".volumes[" + std::to_string(index) + "].name"});
        ++index;
    }
    std::set<std::string> names;
    for (const char *const list : {"initContainers", "containers"}) {
        index = 0;
        for (const Json &entry : at(spec, {list})) {
            const std::string field = path + "." + list + "[" + std::to_string(index++) + "]";
            container(entry, field, volumes);
            const std::string name = textAt(entry, {"name"});
            if (!names.insert(name).second)
                causes.push_back({"FieldValueDuplicate", "Duplicate value: \"" + name + "\"", field + ".name"});
        }
    }
}

void Validator::templateOf(const Json &spec, const std::string &path, bool onlyAlways)
{
    const Json &pods = at(spec, {"template", "spec"});
    std::set<std::string> claims; // a stateful set's claims become volumes of the same name
    for (const Json &claim : at(spec, {"volumeClaimTemplates"}))
        claims.insert(textAt(claim, {"metadata", "name"}));
    podSpec(pods, path + ".template.spec", std::move(claims));
    if (onlyAlways && textAt(pods, {"restartPolicy"}) != "Always")
        oneOf(at(pods, {"restartPolicy"}), path + ".template.spec.restartPolicy", {"Always"});
}

void Validator::workload(const Resource &resource, const Json &before, const Json &object)
{
    const Json &spec = at(object, {"spec"});
    notNegative(spec, "spec", "replicas");
    notNegative(spec, "spec", "minReadySeconds");
    const Json &selector = at(spec, {"selector"});
    const Json &labels = at(spec, {"template", "metadata", "labels"});
    if (!selector.is_object() || selector.empty())
        causes.push_back({"FieldValueRequired", "Required value", "spec.selector"});
    else if (!LabelSelector::fromObject(selector).matches(labels))
        wrong("spec.template.metadata.labels", labels.is_null() ? Json::object() : labels,
              "`selector` does not match template `labels`");
    templateOf(spec, "spec", true);
    if (!before.is_null())
        immutable(at(before, {"spec", "selector"}), selector, "spec.selector");
    if (resource.kind == "StatefulSet") {
        if (before.is_null())
            return;
        Json old = before["spec"];
        Json now = spec;
        for (const char *const field : {"replicas", "ordinals", "template", "updateStrategy", "minReadySeconds",
                                        "persistentVolumeClaimRetentionPolicy", "revisionHistoryLimit"}) {
            old.erase(field);
            now.erase(field);
        }
        if (old != now)
            causes.push_back({"FieldValueForbidden",
                              "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', "
                              "'template', 'updateStrategy', 'revisionHistoryLimit', "
                              "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
                              "spec"});
    }
}

void Validator::service(const Json &before, const Json &spec)
{
    const std::string type = textAt(spec, {"type"});
    oneOf(at(spec, {"type"}), "spec.type", {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"});
    const Json &ports = at(spec, {"ports"});
    if (type != "ExternalName" && textAt(spec, {"clusterIP"}) != "None" && ports.empty())
        causes.push_back({"FieldValueRequired", "Required value", "spec.ports"});
    if (type == "ExternalName")
        require(spec, "spec", "externalName");
    std::size_t index = 0;
    std::set<std::string> seen;
    for (const Json &entry : ports) {
        const std::string field = "spec.ports[" + std::to_string(index++) + "]";
        require(entry, field, "port");
        port(at(entry, {"port"}), field + ".port");
        port(at(entry, {"targetPort"}), field + ".targetPort");
        if (ports.size() > 1)
            require(entry, field, "name");
        const std::string key = at(entry, {"port"}).dump() + "/" + textAt(entry, {"protocol"});
        if (!seen.insert(key).second)
            causes.push_back({"FieldValueDuplicate", "Duplicate value: " + entry.dump(), field});
    }
    const std::string old = textAt(before, {"spec", "clusterIP"});
    if (!old.empty() && old != textAt(spec, {"clusterIP"}) && type != "ExternalName" &&
        textAt(before, {"spec", "type"}) != "ExternalName")
        wrong("spec.clusterIPs[0]", at(spec, {"clusterIP"}), "may not change once set");
}

void Validator::ingress(const Json &spec)
{
    if (!spec.contains("rules") && !spec.contains("defaultBackend"))
        wrong("spec", spec, "either `defaultBackend` or `rules` must be specified");
    std::size_t rule = 0;
    for (const Json &entry : at(spec, {"rules"})) {
        std::size_t index = 0;
        for (const Json &path : at(entry, {"http", "paths"})) {
            const std::string field =
                "spec.rules[" + std::to_string(rule) + "].http.paths[" + std::to_string(index++) + "]";
            if (!path.contains("pathType"))
                causes.push_back(
                    {"FieldValueRequired", "Required value: pathType must be specified", field + ".pathType"});
            if (!at(path, {"backend", "service", "name"}).is_string() && !at(path, {"backend", "resource"}).is_object())
                causes.push_back({"FieldValueRequired", "Required value", field + ".backend"});
        }
        ++rule;
    }
}

void Validator::autoscaler(const Json &spec)
{
    require(spec, "spec", "maxReplicas");
    const long long maximum = numberAt(spec, {"maxReplicas"}, 1);
    if (maximum < 1)
        wrong("spec.maxReplicas", maximum, "must be greater than 0");
    if (maximum < numberAt(spec, {"minReplicas"}, 1))
        wrong("spec.maxReplicas", maximum, "must be greater than or equal to `minReplicas`");
    require(at(spec, {"scaleTargetRef"}), "spec.scaleTargetRef", "kind");
    require(at(spec, {"scaleTargetRef"}), "spec.scaleTargetRef", "name");
    std::size_t index = 0;
    for (const Json &metric : at(spec, {"metrics"})) {
        const std::string path = "spec.metrics[" + std::to_string(index++) + "]";
        for (const char *const source : {"resource", "containerResource"}) {
            const Json &target = at(metric, {source, "target", "averageUtilization"});
            if (target.is_number() && target.get<long long>() < 1)
                wrong(path + "." + source + ".target.averageUtilization", target, "must be greater than 0");
        }
    }
    scalingRules(at(spec, {"behavior", "scaleUp"}), "spec.behavior.scaleUp");
    scalingRules(at(spec, {"behavior", "scaleDown"}), "spec.behavior.scaleDown");
}

// Limits: pkg/apis/autoscaling/validation, MaxStabilizationWindowSeconds and MaxPeriodSeconds.
void Validator::scalingRules(const Json &rules, const std::string &path)
{
    if (const Json &window = at(rules, {"stabilizationWindowSeconds"}); window.is_number()) {
        if (window.get<long long>() < 0)
            wrong(path + ".stabilizationWindowSeconds", window, "must be greater than or equal to zero");
        if (window.get<long long>() > 3600)
            wrong(path + ".stabilizationWindowSeconds", window, "must be less than or equal to 3600");
    }
    oneOf(at(rules, {"selectPolicy"}), path + ".selectPolicy", {"Disabled", "Max", "Min"});
    if (rules.contains("policies") && rules["policies"].empty())
        causes.push_back(
            {"FieldValueRequired", "Required value: must specify at least one Policy", path + ".policies"});
    std::size_t index = 0;
    for (const Json &policy : at(rules, {"policies"})) {
        const std::string field = path + ".policies[" + std::to_string(index++) + "]";
        oneOf(at(policy, {"type"}), field + ".type", {"Percent", "Pods"});
        if (const Json &value = at(policy, {"value"}); value.is_number() && value.get<long long>() < 1)
            wrong(field + ".value", value, "must be greater than zero");
        const long long period = numberAt(policy, {"periodSeconds"}, 1);
        if (period < 1)
            wrong(field + ".periodSeconds", period, "must be greater than zero");
        if (period > 1800)
            wrong(field + ".periodSeconds", period, "must be less than or equal to 1800");
    }
}

void Validator::job(const Json &before, const Json &spec, const std::string &path)
{
    notNegative(spec, path, "backoffLimit");
    templateOf(spec, path, false);
    if (textAt(spec, {"template", "spec", "restartPolicy"}) == "Always")
        causes.push_back({"FieldValueNotSupported",
                          "Unsupported value: \"Always\": supported values: \"OnFailure\", \"Never\"",
                          path + ".template.spec.restartPolicy"});
    if (before.is_null())
        return;
    for (const char *const field : {"completions", "selector", "template"})
        immutable(at(before, {field}), at(spec, {field}), path + "." + field);
}

void Validator::claim(const Json &before, const Json &object)
{
    const Json &spec = at(object, {"spec"});
    require(spec, "spec", "accessModes");
    if (!at(spec, {"resources", "requests", "storage"}).is_string())
        causes.push_back({"FieldValueRequired", "Required value", "spec.resources[storage]"});
    if (before.is_null())
        return;
    Json old = before["spec"];
    Json now = spec;
    for (Json *const value : {&old, &now}) {
        value->erase("resources");
        value->erase("volumeName");
        value->erase("storageClassName");
    }
    if (old != now)
        causes.push_back({"FieldValueForbidden",
                          "Forbidden: spec is immutable after creation except resources.requests and "
                          "volumeAttributesClassName for bound claims",
                          "spec"});
    const auto wanted = core::Quantity::parse(textAt(spec, {"resources", "requests", "storage"}));
    const auto has = core::Quantity::parse(textAt(before, {"status", "capacity", "storage"}));
    if (wanted && has && *wanted < *has)
        causes.push_back({"FieldValueForbidden", "Forbidden: field can not be less than status.capacity",
                          "spec.resources.requests.storage"});
}

void validateByKind(Validator &check, const Resource &resource, const Json &before, const Json &object)
{
    const std::string &kind = resource.kind;
    const Json &spec = at(object, {"spec"});
    if (kind == "Deployment" || kind == "ReplicaSet" || kind == "StatefulSet" || kind == "DaemonSet") {
        check.workload(resource, before, object);
    } else if (kind == "Pod") {
        check.podSpec(spec, "spec");
        if (!before.is_null()) {
            Json old = before["spec"];
            Json now = spec;
            for (Json *const value : {&old, &now}) {
                for (const char *const list : {"containers", "initContainers"})
                    if (value->contains(list))
                        for (Json &container : (*value)[list])
                            container.erase("image");
                for (const char *const field :
                     {"activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"})
                    value->erase(field);
            }
            if (old != now)
                check.causes.push_back(
                    {"FieldValueForbidden",
                     "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
                     "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "
                     "to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
                     "was previously negative)",
                     "spec"});
        }
    } else if (kind == "Service") {
        check.service(before, spec);
    } else if (kind == "Ingress") {
        check.ingress(spec);
    } else if (kind == "HorizontalPodAutoscaler") {
        check.autoscaler(spec);
    } else if (kind == "Job") {
        check.job(before.is_null() ? Json() : before["spec"], spec, "spec");
    } else if (kind == "CronJob") {
        check.require(spec, "spec", "schedule");
        if (const std::string schedule = textAt(spec, {"schedule"});
            !schedule.empty() && schedule[0] != '@' && split(schedule, ' ').size() != 5)
            check.wrong("spec.schedule", schedule,
                        "expected exactly 5 fields, found " + std::to_string(split(schedule, ' ').size()) + ": [" +
                            schedule + "]");
        check.job(Json(), at(spec, {"jobTemplate", "spec"}), "spec.jobTemplate.spec");
    } else if (kind == "PersistentVolumeClaim") {
        check.claim(before, object);
    } else if (kind == "ConfigMap" || kind == "Secret") {
        if (flagAt(before, {"immutable"}) &&
            (at(before, {"data"}) != at(object, {"data"}) || !flagAt(object, {"immutable"})))
            check.causes.push_back(
                {"FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", "data"});
        if (kind == "Secret" && !before.is_null())
            check.immutable(at(before, {"type"}), at(object, {"type"}), "type");
    } else if (kind == "ResourceQuota") {
        check.causes = quotaProblems(spec);
    } else if (kind == "LimitRange") {
        check.causes = limitRangeProblems(spec);
    } else if (kind == "RoleBinding" || kind == "ClusterRoleBinding") {
        check.require(at(object, {"roleRef"}), "roleRef", "name");
        if (!before.is_null() && at(before, {"roleRef"}) != at(object, {"roleRef"}))
            check.wrong("roleRef", at(object, {"roleRef"}), "cannot change roleRef");
    } else if (kind == "CustomResourceDefinition") {
        const std::string expected = textAt(spec, {"names", "plural"}) + "." + textAt(spec, {"group"});
        if (textAt(object, {"metadata", "name"}) != expected)
            check.wrong("metadata.name", at(object, {"metadata", "name"}),
                        "must be spec.names.plural+\".\"+spec.group");
    }
}

} // namespace

std::vector<ApiCause> validate(const Resource &resource, const Json &before, const Json &object)
{
    Validator check;
    const std::string name = textAt(object, {"metadata", "name"});
    if (name.empty()) {
        check.causes.push_back(
            {"FieldValueRequired", "Required value: name or generateName is required", "metadata.name"});
        return check.causes;
    }
    const bool label = resource.kind == "Service" || resource.kind == "Namespace";
    // RBAC names and custom ones are path segments, which may hold colons.
    const bool anyPath = resource.group == "rbac.authorization.k8s.io";
    if (const std::string problem = label ? labelProblem(name) : subdomainProblem(name); !problem.empty() && !anyPath)
        check.wrong("metadata.name", name, problem);
    if (resource.custom)
        validateCustom(at(*resource.definition, {"schema", "openAPIV3Schema"}), object, {}, check.causes);
    else
        validateByKind(check, resource, before, object);
    return check.causes;
}

} // namespace binnacle::simulator

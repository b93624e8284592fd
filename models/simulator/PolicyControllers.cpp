// SPDX-License-Identifier: GPL-3.0-or-later
// The loops that only report: autoscalers, disruption budgets, quotas; and custom resource definitions.
#include "core/Quantity.h"
#include "simulator/Admission.h"
#include "simulator/ApiServer.h"
#include "simulator/Controllers.h"
#include "simulator/Selector.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

class AutoscalerController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || isBeingDeleted(stored->object()))
            return {};
        const Json &scaler = stored->object();
        const Json &reference = at(scaler, {"spec", "scaleTargetRef"});
        const Resource *const resource =
            m_state.resources.forKind(textAt(reference, {"apiVersion"}), textAt(reference, {"kind"}));
        const StoredPointer target =
            resource == nullptr
                ? nullptr
                : m_state.storage.get(resource->collection(), {name.nameSpace, textAt(reference, {"name"})});
        const std::string time = m_state.timeText();
        if (!target) {
            m_state.update(collection(), name, [&](Json &changed) {
                setCondition(changed, "AbleToScale", "False", "FailedGetScale",
                             "the HPA controller was unable to get the target's current scale", time);
            });
            return interval;
        }
        const long long current = numberAt(target->object(), {"spec", "replicas"});
        const long long low = numberAt(scaler, {"spec", "minReplicas"}, 1);
        const long long high = numberAt(scaler, {"spec", "maxReplicas"}, low);
        const long long desired = current == 0 ? 0 : std::clamp(current, low, high);
        const Json metrics = measure(scaler, target->object(), name.nameSpace);
        m_state.update(collection(), name, [&](Json &changed) {
            Json &status = changed["status"];
            status["currentReplicas"] = numberAt(target->object(), {"status", "replicas"});
            status["desiredReplicas"] = desired;
            status["currentMetrics"] = metrics;
            setCondition(changed, "AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size",
                         time);
            if (metrics.empty())
                setCondition(changed, "ScalingActive", "False", "FailedGetResourceMetric",
                             "the HPA was unable to compute the replica count: no metrics returned", time);
            else
                setCondition(changed, "ScalingActive", "True", "ValidMetricFound",
                             "the HPA was able to successfully calculate a replica count", time);
            setCondition(changed, "ScalingLimited", "False", "DesiredWithinRange",
                         "the desired count is within the acceptable range", time);
        });
        if (desired != current) {
            m_state.update(resource->collection(), nameOf(target->object()), [&](Json &changed) {
                changed["spec"]["replicas"] = desired;
                changed["metadata"]["generation"] = numberAt(changed, {"metadata", "generation"}) + 1;
            });
            m_state.recordEvent(scaler, "Normal", "SuccessfulRescale", "New size: " + std::to_string(desired),
                                "horizontal-pod-autoscaler");
        }
        return interval;
    }

private:
    static constexpr std::chrono::seconds interval{15};

    [[nodiscard]] Json measure(const Json &scaler, const Json &target, const std::string &nameSpace) const
    {
        Json metrics = Json::array();
        const auto selector = LabelSelector::fromObject(at(target, {"spec", "selector"}));
        for (const Json &metric : at(scaler, {"spec", "metrics"})) {
            const std::string resource = textAt(metric, {"resource", "name"});
            if (resource.empty())
                continue;
            double used = 0, asked = 0;
            const auto &pods = m_state.storage.all("pods");
            for (auto pod = pods.lower_bound({nameSpace, {}}); pod != pods.end() && pod->first.nameSpace == nameSpace;
                 ++pod) {
                if (!selector.matches(at(pod->second->object(), {"metadata", "labels"})) ||
                    !isPodReady(pod->second->object()))
                    continue;
                const Json measured = podMetrics(m_state, pod->second->object());
                for (const Json &container : at(measured, {"containers"}))
                    used += valueOf(textAt(container, {"usage", resource}));
                for (const Json &container : at(pod->second->object(), {"spec", "containers"}))
                    asked += valueOf(textAt(container, {"resources", "requests", resource}));
            }
            if (asked > 0)
                metrics.push_back({{"type", "Resource"},
                                   {"resource",
                                    {{"name", resource},
                                     {"current", {{"averageUtilization", static_cast<int>(100 * used / asked)}}}}}});
        }
        return metrics;
    }

    static double valueOf(const std::string &text)
    {
        const auto quantity = Quantity::parse(text);
        return quantity ? quantity->toDouble() : 0.0;
    }
};

class DisruptionController final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &enqueue) override
    {
        if (event.collection != "pods")
            return;
        const Json &pod = event.object->object();
        const std::string nameSpace = nameOf(pod).nameSpace;
        const auto &budgets = m_state.storage.all(collection());
        for (auto budget = budgets.lower_bound({nameSpace, {}});
             budget != budgets.end() && budget->first.nameSpace == nameSpace; ++budget)
            if (LabelSelector::fromObject(at(budget->second->object(), {"spec", "selector"}))
                    .matches(at(pod, {"metadata", "labels"})))
                enqueue(budget->first);
    }

    Delay reconcile(const ObjectName &name) override
    {
        m_state.update(collection(), name, [&](Json &budget) {
            const auto selector = LabelSelector::fromObject(at(budget, {"spec", "selector"}));
            long long healthy = 0, expected = 0;
            const auto &pods = m_state.storage.all("pods");
            for (auto pod = pods.lower_bound({name.nameSpace, {}});
                 pod != pods.end() && pod->first.nameSpace == name.nameSpace; ++pod) {
                const Json &object = pod->second->object();
                if (!selector.matches(at(object, {"metadata", "labels"})) || isPodFinished(object) ||
                    isBeingDeleted(object))
                    continue;
                ++expected;
                healthy += isPodReady(object) ? 1 : 0;
            }
            const Json &minimum = at(budget, {"spec", "minAvailable"});
            const long long desired =
                minimum.is_null()
                    ? std::max(0LL, expected - resolvePercent(at(budget, {"spec", "maxUnavailable"}), expected, true))
                    : resolvePercent(minimum, expected, true);
            Json &status = budget["status"];
            status["currentHealthy"] = healthy;
            status["desiredHealthy"] = desired;
            status["expectedPods"] = expected;
            status["disruptionsAllowed"] = expected == 0 ? 0 : std::max(0LL, healthy - desired);
            status["observedGeneration"] = numberAt(budget, {"metadata", "generation"});
            const bool allowed = status["disruptionsAllowed"] > 0;
            setCondition(budget, "DisruptionAllowed", allowed ? "True" : "False",
                         allowed ? "SufficientPods" : "InsufficientPods", "", m_state.timeText());
        });
        return {};
    }
};

class QuotaController final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &enqueue) override
    {
        if (event.collection == collection() || event.collection == "events")
            return;
        const std::string nameSpace = nameOf(event.object->object()).nameSpace;
        const auto &quotas = m_state.storage.all(collection());
        for (auto quota = quotas.lower_bound({nameSpace, {}});
             quota != quotas.end() && quota->first.nameSpace == nameSpace; ++quota)
            enqueue(quota->first);
    }

    Delay reconcile(const ObjectName &name) override
    {
        m_state.update(collection(), name, [&](Json &quota) {
            const Json &hard = at(quota, {"spec", "hard"});
            quota["status"] = Json::object();
            if (hard.empty())
                return;
            quota["status"]["hard"] = hard;
            quota["status"]["used"] = quotaUsed(m_state, quota);
        });
        return {};
    }
};

class DefinitionController final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &) override
    {
        if (event.collection != collection() || event.type != StorageEvent::Type::Deleted)
            return;
        const Json &definition = event.object->object();
        const std::string group = textAt(definition, {"spec", "group"});
        const std::string plural = textAt(definition, {"spec", "names", "plural"});
        std::vector<ObjectName> left;
        for (const auto &[name, object] : m_state.storage.all(plural + "." + group))
            left.push_back(name);
        for (const ObjectName &name : left)
            m_state.storage.remove(plural + "." + group, name);
        m_state.resources.removeCustom(group, plural);
    }

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored)
            return {};
        serve(stored->object());
        m_state.update(collection(), name, [&](Json &definition) {
            const std::string time = m_state.timeText();
            setCondition(definition, "NamesAccepted", "True", "NoConflicts", "no conflicts found", time);
            setCondition(definition, "Established", "True", "InitialNamesAccepted",
                         "the initial names have been accepted", time);
            definition["status"]["acceptedNames"] = definition["spec"]["names"];
            Json versions = Json::array();
            for (const Json &version : definition["spec"]["versions"])
                if (flagAt(version, {"storage"}))
                    versions.push_back(version["name"]);
            definition["status"]["storedVersions"] = std::move(versions);
        });
        return {};
    }

private:
    void serve(const Json &definition)
    {
        const Json &spec = definition["spec"];
        Resource resource;
        resource.custom = true;
        resource.group = textAt(spec, {"group"});
        resource.plural = textAt(spec, {"names", "plural"});
        resource.kind = textAt(spec, {"names", "kind"});
        resource.singular = textAt(spec, {"names", "singular"});
        resource.namespaced = textAt(spec, {"scope"}) == "Namespaced";
        for (const Json &name : at(spec, {"names", "shortNames"}))
            resource.shortNames.push_back(name.get<std::string>());
        for (const Json &name : at(spec, {"names", "categories"}))
            resource.categories.push_back(name.get<std::string>());
        for (const Json &version : at(spec, {"versions"})) {
            if (!flagAt(version, {"served"}))
                continue;
            resource.version = textAt(version, {"name"});
            resource.schema = resource.group + "." + resource.version + "." + resource.kind;
            resource.hasStatus = at(version, {"subresources"}).contains("status");
            resource.hasScale = at(version, {"subresources"}).contains("scale");
            resource.definition = std::make_shared<const Json>(version);
            m_state.schema.addOpenApi(resource.schema, at(version, {"schema", "openAPIV3Schema"}));
            m_state.resources.add(resource);
        }
    }
};

} // namespace

ControllerPointer makeAutoscalerController(ClusterState &state, Registry &registry)
{
    return std::make_unique<AutoscalerController>(state, registry, "horizontalpodautoscalers.autoscaling");
}

ControllerPointer makeDisruptionController(ClusterState &state, Registry &registry)
{
    return std::make_unique<DisruptionController>(state, registry, "poddisruptionbudgets.policy");
}

ControllerPointer makeQuotaController(ClusterState &state, Registry &registry)
{
    return std::make_unique<QuotaController>(state, registry, "resourcequotas");
}

ControllerPointer makeDefinitionController(ClusterState &state, Registry &registry)
{
    return std::make_unique<DefinitionController>(state, registry, "customresourcedefinitions.apiextensions.k8s.io");
}

} // namespace binnacle::simulator

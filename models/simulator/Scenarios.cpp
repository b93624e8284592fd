// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Cluster.h"
#include "simulator/Embedded.h"
#include "simulator/PodHistory.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

bool is(const Json &object, const char *kind, const char *name)
{
    return textAt(object, {"kind"}) == kind && textAt(object, {"metadata", "name"}) == name;
}

/// What a scenario breaks in the reference application; false: this object stays as it is.
bool breakObject(const std::string &scenario, Json &object)
{
    const bool backend = is(object, "Deployment", "backend");
    if (scenario == "crashloop" && backend)
        object["spec"]["template"]["metadata"]["annotations"]["simulator.binnacle.dev/behaviour"] = "crash";
    else if (scenario == "image-pull" && backend)
        object["spec"]["template"]["spec"]["containers"][0]["image"] = "acr.azurecr.io/backend:does-not-exist";
    else if (scenario == "quota" && is(object, "ResourceQuota", "app-backend-quota"))
        object["spec"]["hard"]["pods"] = "3"; // the data layer's two pods, and one of the two back ends
    else if (scenario == "no-endpoints" && is(object, "Service", "backend-service"))
        object["spec"]["selector"] = {{"app", "backend-v2"}};
    else if (scenario == "pending-volume" && is(object, "StatefulSet", "postgres"))
        object["spec"]["volumeClaimTemplates"][0]["spec"]["storageClassName"] = "fast-ssd";
    else
        return false;
    return true;
}

core::Result<void> applyObject(Cluster &cluster, const Json &object, const char *manager)
{
    const Resource *const resource =
        cluster.state().resources.forKind(textAt(object, {"apiVersion"}), textAt(object, {"kind"}));
    if (resource == nullptr)
        return core::fail(core::ErrorKind::Usage, "the demo cluster does not serve " + textAt(object, {"apiVersion"}) +
                                                      " " + textAt(object, {"kind"}));
    WriteOptions options;
    options.manager = manager;
    ObjectName name = nameOf(object);
    if (resource->namespaced && name.nameSpace.empty())
        name.nameSpace = "default";
    const auto written = cluster.registry().patch(*resource, name, PatchType::Apply, object, options);
    if (!written)
        return core::fail(core::ErrorKind::Usage, "the demo cluster refuses " + textAt(object, {"kind"}) + " " +
                                                      name.name + ": " + written.error().message);
    // Nodes report their own status; nobody else writes it for them.
    if (object.contains("status"))
        cluster.state().update(resource->collection(), name,
                               [&](Json &stored) { stored["status"] = object["status"]; });
    cluster.settle();
    return {};
}

core::Result<void> applyText(Cluster &cluster, const std::string &text, const std::string &scenario)
{
    auto documents = parseYaml(text);
    if (!documents)
        return core::fail(core::ErrorKind::Usage, "the manifests of the demo cluster: " + documents.error().message);
    // The application is as a deploy of Binnacle's left it, so that the next one finds nothing to do, or the fault.
    const char *const manager = scenario.empty() ? "demo" : "binnacle";
    bool shown = scenario.empty() || (scenario == "healthy" && !documents->empty());
    for (Json &object : *documents) {
        shown |= breakObject(scenario, object);
        if (auto applied = applyObject(cluster, object, manager); !applied)
            return applied;
    }
    if (!shown)
        return core::fail(core::ErrorKind::Usage, "the scenario " + scenario + " does not find its application",
                          "give it the manifests of the reference application");
    return {};
}

/// Deployments of ten pods each in namespaces of a hundred, all of them running since a while.
class Generator
{
public:
    explicit Generator(ClusterState &state) : m_state(state), m_time(state.timeText()) {}

    void generate(int pods)
    {
        constexpr int podsPerDeployment = 10, podsPerNamespace = 100, podsPerNode = 100;
        for (int node = 0; node * podsPerNode < pods; ++node)
            putNode("bulk-" + std::to_string(node));
        for (int first = 0; first < pods; first += podsPerDeployment) {
            const std::string space = "load-" + std::to_string(first / podsPerNamespace);
            if (first % podsPerNamespace == 0)
                put("namespaces", {{"apiVersion", "v1"},
                                   {"kind", "Namespace"},
                                   {"metadata", {{"name", space}}},
                                   {"spec", {{"finalizers", {"kubernetes"}}}},
                                   {"status", {{"phase", "Active"}}}});
            const int count = std::min(podsPerDeployment, pods - first);
            const Json set = putWorkload(space, "app-" + std::to_string(first / podsPerDeployment), count);
            for (int i = 0; i < count; ++i)
                putPod(set, i, "bulk-" + std::to_string((first + i) / podsPerNode), first + i);
        }
    }

private:
    Json put(const char *collection, Json object)
    {
        object["metadata"]["uid"] = m_state.newUid();
        object["metadata"]["creationTimestamp"] = m_time;
        return m_state.storage.put(collection, std::move(object))->object();
    }

    void putNode(const std::string &name)
    {
        put("nodes", {{"apiVersion", "v1"},
                      {"kind", "Node"},
                      {"metadata", {{"name", name}, {"labels", {{"kubernetes.io/hostname", name}}}}},
                      {"spec", {{"unschedulable", true}}},
                      {"status",
                       {{"capacity", {{"cpu", "32"}, {"memory", "128Gi"}, {"pods", "110"}}},
                        {"allocatable", {{"cpu", "32"}, {"memory", "128Gi"}, {"pods", "110"}}},
                        {"conditions", {{{"type", "Ready"}, {"status", "True"}, {"reason", "KubeletReady"}}}}}}});
    }

    Json putWorkload(const std::string &space, const std::string &name, int replicas)
    {
        const Json labels = {{"app", name}};
        const Json container = {{"name", "main"},
                                {"image", "registry.example.com/" + name + ":1.0"},
                                {"imagePullPolicy", "IfNotPresent"},
                                {"terminationMessagePath", "/dev/termination-log"},
                                {"terminationMessagePolicy", "File"},
                                {"resources", {{"requests", {{"cpu", "100m"}, {"memory", "128Mi"}}}}}};
        Json podSpec = {{"containers", {container}},         {"restartPolicy", "Always"},
                        {"dnsPolicy", "ClusterFirst"},       {"schedulerName", "default-scheduler"},
                        {"securityContext", Json::object()}, {"terminationGracePeriodSeconds", 30}};
        Json podTemplate = {{"metadata", {{"labels", labels}}}, {"spec", podSpec}};
        const std::string hash = templateHash(podTemplate);
        const Json counts = {{"observedGeneration", 1},
                             {"replicas", replicas},
                             {"readyReplicas", replicas},
                             {"availableReplicas", replicas}};
        Json deployed = counts;
        deployed["updatedReplicas"] = replicas;
        deployed["conditions"] = {{{"type", "Available"}, {"status", "True"}, {"reason", "MinimumReplicasAvailable"}},
                                  {{"type", "Progressing"}, {"status", "True"}, {"reason", "NewReplicaSetAvailable"}}};
        Json deployment =
            put("deployments.apps",
                {{"apiVersion", "apps/v1"},
                 {"kind", "Deployment"},
                 {"metadata",
                  {{"name", name},
                   {"namespace", space},
                   {"generation", 1},
                   {"annotations", {{"deployment.kubernetes.io/revision", "1"}}}}},
                 {"spec",
                  {{"replicas", replicas},
                   {"selector", {{"matchLabels", labels}}},
                   {"template", podTemplate},
                   {"revisionHistoryLimit", 10},
                   {"progressDeadlineSeconds", 600},
                   {"strategy",
                    {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxSurge", "25%"}, {"maxUnavailable", "25%"}}}}}}},
                 {"status", deployed}});
        podTemplate["metadata"]["labels"]["pod-template-hash"] = hash;
        Json status = counts;
        status["fullyLabeledReplicas"] = replicas;
        return put("replicasets.apps", {{"apiVersion", "apps/v1"},
                                        {"kind", "ReplicaSet"},
                                        {"metadata",
                                         {{"name", name + "-" + hash},
                                          {"namespace", space},
                                          {"generation", 1},
                                          {"labels", podTemplate["metadata"]["labels"]},
                                          {"annotations", {{"deployment.kubernetes.io/revision", "1"}}},
                                          {"ownerReferences", {controllerReference(deployment)}}}},
                                        {"spec",
                                         {{"replicas", replicas},
                                          {"selector", {{"matchLabels", podTemplate["metadata"]["labels"]}}},
                                          {"template", podTemplate}}},
                                        {"status", status}});
    }

    void putPod(const Json &set, int index, const std::string &node, int number)
    {
        Json pod = podFromTemplate(set, set["spec"]["template"]);
        pod["metadata"]["generateName"] = nameOf(set).name + "-";
        pod["metadata"]["name"] = nameOf(set).name + "-" + m_state.newSuffix() + std::to_string(index);
        pod["spec"]["nodeName"] = node;
        const std::string address = "10." + std::to_string(100 + number / 62500) + "." +
                                    std::to_string(number / 250 % 250) + "." + std::to_string(1 + number % 250);
        Json conditions = Json::array();
        for (const char *const type :
             {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"})
            conditions.push_back({{"type", type}, {"status", "True"}, {"lastTransitionTime", m_time}});
        pod["status"] = {{"phase", "Running"},
                         {"qosClass", "Burstable"},
                         {"startTime", m_time},
                         {"podIP", address},
                         {"podIPs", {{{"ip", address}}}},
                         {"conditions", conditions},
                         {"containerStatuses",
                          {{{"name", "main"},
                            {"image", pod["spec"]["containers"][0]["image"]},
                            {"imageID", ""},
                            {"ready", true},
                            {"started", true},
                            {"restartCount", 0},
                            {"lastState", Json::object()},
                            {"state", {{"running", {{"startedAt", m_time}}}}}}}}};
        put("pods", std::move(pod));
    }

    ClusterState &m_state;
    std::string m_time;
};

} // namespace

std::vector<std::string> scenarioNames()
{
    return {"empty", "healthy", "crashloop", "image-pull", "quota", "no-endpoints", "pending-volume"};
}

core::Result<void> Cluster::load(const std::string &scenario, int pods, const std::string &manifests)
{
    const auto names = scenarioNames();
    if (std::find(names.begin(), names.end(), scenario) == names.end())
        return core::fail(core::ErrorKind::Usage, "there is no scenario \"" + scenario + "\"",
                          "choose one of " + join(names, ", "));
    if (pods < 0)
        return core::fail(core::ErrorKind::Usage, "the number of pods must not be negative");
    // An operator comes to a cluster that has been up for a while, not to one that starts: it begins in the past, and
    // ends this at the present.
    m_state.clock.push(-demoUptime);
    if (auto applied = applyText(*this, infrastructureText(), {}); !applied)
        return applied;
    if (scenario != "empty") {
        if (auto applied = applyText(*this, manifests, scenario); !applied)
            return applied;
    }
    advance(demoUptime);
    Generator(m_state).generate(pods);
    settle();
    return {};
}

} // namespace binnacle::simulator

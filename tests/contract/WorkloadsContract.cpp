// SPDX-License-Identifier: GPL-3.0-or-later
// What the forms of workloads rely on: each change is exactly what is there afterwards, nobody else's field and nobody
// else's ownership is touched, and what is refused changes nothing.
#include "ContractTest.h"
#include "FieldEdit.h"

#include "core/FieldPath.h"
#include "operations/AutoscalerFields.h"
#include "operations/ClaimFacts.h"
#include "operations/FieldEdits.h"
#include "operations/PodTemplates.h"
#include "operations/ReplicaFacts.h"
#include "operations/Rollouts.h"

#include <set>

namespace binnacle::contract {
namespace {

using operations::applyEdits;
using testing::HasSubstr;

const core::GroupKind autoscalerKind{"autoscaling", "HorizontalPodAutoscaler"};
constexpr const char *storage = "/spec/resources/requests/storage";

class Workloads : public ContractTest
{
protected:
    void change(const kube::ObjectKey &key, const std::vector<FieldValue> &values, const std::string &part = {}) const
    {
        (void)must(applyEdits(theClient(), key, editOf(key, values, part), false));
    }
    void takeBack(const kube::ObjectKey &key, const Edit &done) const
    {
        const auto back = std::make_shared<const runbook::EditTask>(operations::reversed(*done));
        (void)must(applyEdits(theClient(), key, back, false));
    }
    /// What an operator has asked for: without status and what every write changes.
    [[nodiscard]] Json spec(const kube::ObjectKey &key) const { return must(client().get(key))["spec"]; }

    [[nodiscard]] Json workload(const std::string &kind, const std::string &name) const
    {
        Json object = deployment(name, 1);
        object["kind"] = kind;
        object["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 1;
        if (kind == "StatefulSet")
            object["spec"]["serviceName"] = name;
        if (kind == "DaemonSet")
            object["spec"].erase("replicas");
        return object;
    }
    [[nodiscard]] Json autoscaler(const std::string &name) const
    {
        const auto target = [](const char *resource, int percent) {
            return operations::utilizationMetric(resource, percent);
        };
        return {{"apiVersion", "autoscaling/v2"},
                {"kind", "HorizontalPodAutoscaler"},
                {"metadata", {{"name", name}, {"namespace", nameSpace().value()}}},
                {"spec",
                 {{"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", name}}},
                  {"minReplicas", 1},
                  {"maxReplicas", 3},
                  {"metrics", {target("memory", 80), target("cpu", 70)}}}}};
    }
    [[nodiscard]] Json claim(const std::string &name, const std::string &size) const
    {
        return {{"apiVersion", "v1"},
                {"kind", "PersistentVolumeClaim"},
                {"metadata", {{"name", name}, {"namespace", nameSpace().value()}}},
                {"spec",
                 {{"accessModes", {"ReadWriteOnce"}},
                  {"storageClassName", "standard"},
                  {"resources", {{"requests", {{"storage", size}}}}}}}};
    }
    [[nodiscard]] kube::ObjectKey boundClaim(const std::string &name) const
    {
        const auto key = keyOf(must(client().create(claim(name, "1Gi"))));
        EXPECT_TRUE(
            eventually([&] { return must(client().get(key)).value("/status/phase"_json_pointer, "") == "Bound"; }));
        return key;
    }
    /// Has a number of revisions of the workload, the newest of them this template's.
    void settle(const kube::ObjectKey &key, std::size_t revisions) const
    {
        EXPECT_TRUE(eventually([&] {
            const auto history = must(operations::rolloutHistory(theClient(), key));
            return history.revisions.size() == revisions && history.revisions.front().current;
        })) << key.describe();
    }
};

TEST_F(Workloads, ScalingTouchesTheNumberAlone)
{
    const auto key = keyOf(must(client().apply(deployment("web", 0))));
    Json expected = spec(key);
    const auto done = editOf(key, {{"/spec/replicas", 2}}, "scale");
    (void)must(applyEdits(theClient(), key, done, false));
    expected["replicas"] = 2;
    EXPECT_EQ(spec(key), expected);
    takeBack(key, done);
    expected["replicas"] = 0;
    EXPECT_EQ(spec(key), expected);
}

TEST_F(Workloads, FactsNameWhoOwnsAndWhoLimitsTheNumber)
{
    const auto key = keyOf(must(client().apply(deployment("web", 1))));
    const auto before = must(operations::replicaFacts(theClient(), key));
    EXPECT_FALSE(before.autoscaler);
    EXPECT_TRUE(before.budgets.empty());
    const auto owner = keyOf(must(client().create(autoscaler("web"))));
    (void)must(client().create({{"apiVersion", "policy/v1"},
                                {"kind", "PodDisruptionBudget"},
                                {"metadata", {{"name", "web"}, {"namespace", nameSpace().value()}}},
                                {"spec", {{"minAvailable", 1}, {"selector", {{"matchLabels", {{"app", "web"}}}}}}}}));
    const auto facts = must(operations::replicaFacts(theClient(), key));
    ASSERT_TRUE(facts.autoscaler);
    EXPECT_EQ(*facts.autoscaler, owner);
    ASSERT_EQ(facts.budgets.size(), 1U);
    EXPECT_EQ(facts.budgets[0].minAvailable, "1");
}

TEST_F(Workloads, AnAutoscalersFieldsAreChangedOneByOne)
{
    (void)must(client().apply(deployment("web", 1)));
    const auto key = keyOf(must(client().create(autoscaler("web"))));
    const auto targets = [&] {
        std::map<std::string, Json> all;
        const Json live = must(client().get(key));
        for (const auto &metric : operations::metricsOf(live))
            all[metric.name] = core::FieldPath::parse(metric.path)->valueIn(live);
        return all;
    };
    ASSERT_EQ(targets(), (std::map<std::string, Json>{{"cpu", 70}, {"memory", 80}}));
    const auto done = editOf(key, {{"/spec/metrics/[resource.name=cpu]/resource/target/averageUtilization", 60},
                                   {operations::resourceMetricPath("memory"), nullptr},
                                   {"/spec/maxReplicas", 5},
                                   {"/spec/behavior/scaleDown/stabilizationWindowSeconds", 60}});
    (void)must(applyEdits(theClient(), key, done, false));
    EXPECT_EQ(targets(), (std::map<std::string, Json>{{"cpu", 60}}));
    EXPECT_EQ(spec(key)["maxReplicas"], 5);
    EXPECT_EQ(spec(key)["minReplicas"], 1);
    EXPECT_EQ(spec(key)["behavior"]["scaleDown"]["stabilizationWindowSeconds"], 60);
    takeBack(key, done);
    EXPECT_EQ(targets(), (std::map<std::string, Json>{{"cpu", 70}, {"memory", 80}}));
    EXPECT_EQ(spec(key)["maxReplicas"], 3);
    const auto refused = mustFail(applyEdits(theClient(), key, editOf(key, {{"/spec/minReplicas", 9}}), true));
    EXPECT_EQ(refused.kind, ErrorKind::Invalid);
    EXPECT_EQ(spec(key)["minReplicas"], 1);
}

TEST_F(Workloads, ImagesAndResourcesOfEachKind)
{
    for (const char *kind : {"Deployment", "StatefulSet", "DaemonSet"}) {
        SCOPED_TRACE(kind);
        Json object = workload(kind, "web");
        object["spec"]["template"]["spec"]["initContainers"] = {
            {{"name", "first"}, {"image", "busybox"}, {"imagePullPolicy", "IfNotPresent"}, {"command", {"true"}}}};
        const auto key = keyOf(must(client().apply(object)));
        Json expected = spec(key);
        const auto containers = operations::containersOf(key.kind, must(client().get(key)));
        ASSERT_EQ(containers.size(), 2U);
        ASSERT_TRUE(containers[1].init);
        const auto done = editOf(key, {{containers[0].image, "redis:7.0-alpine"},
                                       {containers[0].resources[0].request, "10m"},
                                       {containers[0].resources[1].limit, "64Mi"},
                                       {containers[1].resources[1].request, "8Mi"}});
        (void)must(applyEdits(theClient(), key, done, false));
        Json &pod = expected["template"]["spec"];
        pod["containers"][0]["image"] = "redis:7.0-alpine";
        pod["containers"][0]["resources"] = {{"requests", {{"cpu", "10m"}}}, {"limits", {{"memory", "64Mi"}}}};
        pod["initContainers"][0]["resources"] = {{"requests", {{"memory", "8Mi"}}}};
        EXPECT_EQ(spec(key), expected);
        // Servers of before 1.21 look at the templates of StatefulSets when they make pods: there only the form says
        // it.
        if (key.kind.kind == "StatefulSet")
            continue;
        const auto tooMuch =
            mustFail(applyEdits(theClient(), key, editOf(key, {{containers[0].resources[1].request, "128Mi"}}), true));
        EXPECT_EQ(tooMuch.kind, ErrorKind::Invalid);
        EXPECT_THAT(tooMuch.message, HasSubstr("less than or equal to memory limit"));
        EXPECT_EQ(spec(key), expected);
    }
}

/// What managers other than the forms' own one own of an object, by manager.
std::map<std::string, Json> othersFields(const Json &raw)
{
    std::map<std::string, Json> owned;
    for (const Json &entry : raw["metadata"].value("managedFields", Json::array())) {
        if (entry["manager"] != "binnacle-edit" && entry.value("subresource", "") != "status")
            owned[entry["manager"].get<std::string>() + " " + entry["operation"].get<std::string>()] =
                entry["fieldsV1"];
    }
    return owned;
}

TEST_F(Workloads, OtherManagersKeepWhatIsTheirs)
{
    Json object = configMap("shared", {{"a", "1"}, {"b", "2"}});
    kube::WriteOptions options;
    options.fieldManager = "somebody";
    (void)must(client().apply(object, options));
    options.fieldManager = "another";
    options.force = true;
    (void)must(client().apply(configMap("shared", {{"c", "3"}}), options));
    const auto raw = [&] {
        kube::HttpRequest request;
        request.path = "/api/v1/namespaces/" + nameSpace().value() + "/configmaps/shared";
        const auto response = must(client().transport().send(request, {}));
        return Json::parse(response.body);
    };
    auto expected = othersFields(raw());
    ASSERT_EQ(expected.size(), 2U);
    change(configMapKey("shared"), {{"/data/a", "10"}, {"/data/d", "4"}});
    // The one field that was changed is the form's now; all others are owned as before.
    expected["somebody Apply"]["f:data"].erase("f:a");
    EXPECT_EQ(othersFields(raw()), expected);
}

TEST_F(Workloads, RevisionsAreKeptAndGoneBackTo)
{
    for (const char *kind : {"Deployment", "StatefulSet", "DaemonSet"}) {
        SCOPED_TRACE(kind);
        Json object = workload(kind, "web");
        object["metadata"]["annotations"] = {{"kubernetes.io/change-cause", "first"}};
        const auto key = keyOf(must(client().apply(object)));
        settle(key, 1);
        const auto image = operations::containersOf(key.kind, must(client().get(key)))[0].image;
        change(key, {{image, "redis:7.0-alpine"}, {"/metadata/annotations/kubernetes.io~1change-cause", "second"}});
        settle(key, 2);
        auto history = must(operations::rolloutHistory(theClient(), key));
        EXPECT_EQ(history.revisions[0].number, 2);
        EXPECT_EQ(history.revisions[0].changeCause, "second");
        EXPECT_EQ(history.revisions[0].images, std::vector<std::string>{"redis:7.0-alpine"});
        EXPECT_EQ(history.revisions[1].number, 1);
        EXPECT_EQ(history.revisions[1].changeCause, "first");

        const Json before = spec(key);
        const core::SystemClock clock;
        core::SystemRandom random;
        const auto plan = operations::rollBackPlan(history, *history.find(0), {}, clock, random);
        ASSERT_TRUE(plan) << plan.error().describe();
        const auto done = std::make_shared<const runbook::EditTask>(
            std::get<runbook::EditTask>(plan->steps.front().tasks.front().work));
        (void)must(applyEdits(theClient(), key, done, false));
        Json expected = before;
        expected["template"]["spec"]["containers"][0]["image"] = "nginx:alpine";
        EXPECT_EQ(spec(key), expected);
        settle(key, 2);
        history = must(operations::rolloutHistory(theClient(), key));
        EXPECT_EQ(history.revisions[0].number, 3);
        EXPECT_EQ(history.revisions[0].changeCause, "first");
        EXPECT_EQ(history.revisions[1].number, 2);

        takeBack(key, done);
        EXPECT_EQ(spec(key), before);
        (void)must(client().remove(key));
    }
}

TEST_F(Workloads, PausedOnesAreResumed)
{
    const auto key = keyOf(must(client().apply(deployment("web", 0))));
    const Json before = spec(key);
    const auto done = editOf(key, {{"/spec/paused", true}});
    (void)must(applyEdits(theClient(), key, done, false));
    EXPECT_TRUE(must(operations::rolloutHistory(theClient(), key)).paused);
    takeBack(key, done);
    EXPECT_EQ(spec(key), before);
}

TEST_F(Workloads, ClaimsGrowAndNeverShrink)
{
    const auto key = boundClaim("data");
    Json user = {{"apiVersion", "v1"},
                 {"kind", "Pod"},
                 {"metadata", {{"name", "user"}, {"namespace", nameSpace().value()}}},
                 {"spec", deployment("user", 1)["spec"]["template"]["spec"]}};
    user["spec"]["terminationGracePeriodSeconds"] = 1;
    user["spec"]["volumes"] = {{{"name", "data"}, {"persistentVolumeClaim", {{"claimName", "data"}}}}};
    user["spec"]["containers"][0]["volumeMounts"] = {{{"name", "data"}, {"mountPath", "/data"}}};
    (void)must(client().create(user));
    EXPECT_TRUE(eventually([&] { return must(operations::claimFacts(theClient(), key)).pods.size() == 1; }));
    EXPECT_EQ(must(operations::claimFacts(theClient(), key)).refusal, "");

    Json expected = spec(key);
    change(key, {{storage, "2Gi"}});
    expected["resources"]["requests"]["storage"] = "2Gi";
    EXPECT_EQ(spec(key), expected);
    Json live;
    EXPECT_TRUE(eventually([&] {
        live = must(client().get(key));
        return live["status"]["capacity"]["storage"] == "2Gi" && !live["status"].contains("conditions");
    })) << live.dump(1);
    const auto refused = mustFail(applyEdits(theClient(), key, editOf(key, {{storage, "1Gi"}}), false));
    EXPECT_EQ(refused.kind, ErrorKind::Invalid);
    EXPECT_THAT(refused.message, HasSubstr("field can not be less than"));
    EXPECT_EQ(spec(key), expected);
}

TEST_F(Workloads, AQuotaStopsWhatWouldExceedIt)
{
    const auto key = boundClaim("data");
    const kube::ObjectKey quota{{"", "ResourceQuota"}, nameSpace(), "small"};
    (void)must(client().create({{"apiVersion", "v1"},
                                {"kind", "ResourceQuota"},
                                {"metadata", {{"name", "small"}, {"namespace", nameSpace().value()}}},
                                {"spec", {{"hard", {{"requests.storage", "2Gi"}}}}}}));
    ASSERT_TRUE(eventually(
        [&] { return must(client().get(quota)).value("/status/used/requests.storage"_json_pointer, "") == "1Gi"; }));
    const Json before = spec(key);
    const auto refused = mustFail(applyEdits(theClient(), key, editOf(key, {{storage, "3Gi"}}), false));
    EXPECT_EQ(refused.kind, ErrorKind::Forbidden);
    EXPECT_THAT(refused.message, HasSubstr("exceeded quota: small"));
    EXPECT_EQ(spec(key), before);
}

TEST_F(Workloads, WhatItsClassForbidsDoesNotGrow)
{
    const std::string name = "fixed-" + nameSpace().value();
    Json storageClass = must(client().get({{"storage.k8s.io", "StorageClass"}, {}, "standard"}));
    storageClass["metadata"] = {{"name", name}};
    storageClass["allowVolumeExpansion"] = false;
    const auto classKey = keyOf(must(client().create(storageClass)));
    Json object = claim("data", "1Gi");
    object["spec"]["storageClassName"] = name;
    const auto key = keyOf(must(client().create(object)));
    EXPECT_TRUE(eventually([&] { return must(client().get(key)).value("/status/phase"_json_pointer, "") == "Bound"; }));
    EXPECT_THAT(must(operations::claimFacts(theClient(), key)).refusal, HasSubstr("does not allow volumes to grow"));
    const auto refused = mustFail(applyEdits(theClient(), key, editOf(key, {{storage, "2Gi"}}), false));
    EXPECT_EQ(refused.kind, ErrorKind::Forbidden);
    EXPECT_THAT(refused.message, HasSubstr("only dynamically provisioned pvc can be resized"));
    EXPECT_EQ(spec(key)["resources"]["requests"]["storage"], "1Gi");
    (void)must(client().remove(classKey));
}

} // namespace
} // namespace binnacle::contract

// SPDX-License-Identifier: GPL-3.0-or-later
// What controllers and admission make of objects: as far as deploying and watching an application relies on it.
#include "ContractTest.h"

#include "cluster/ClusterObserver.h"
#include "cluster/HealthRules.h"

namespace binnacle::contract {
namespace {

class Controllers : public ContractTest
{
};

TEST_F(Controllers, DeploymentGetsItsPods)
{
    (void)must(client().apply(deployment("web", 2)));
    Json live;
    EXPECT_TRUE(eventually([&] {
        live = must(client().get(deploymentKey("web")));
        return live["status"].value("readyReplicas", 0) == 2;
    })) << live.dump(1);
    EXPECT_EQ(live["status"]["observedGeneration"], live["metadata"]["generation"]);
    const Json pods = must(client().list({"", "Pod"}, nameSpace()));
    ASSERT_EQ(pods["items"].size(), 2U);
    EXPECT_EQ(pods["items"][0]["metadata"]["ownerReferences"][0]["kind"], "ReplicaSet");
    EXPECT_EQ(pods["items"][0]["status"]["phase"], "Running");
}

TEST_F(Controllers, ServiceGetsItsEndpoints)
{
    (void)must(client().apply(deployment("web", 1)));
    (void)must(
        client().apply({{"apiVersion", "v1"},
                        {"kind", "Service"},
                        {"metadata", {{"name", "web"}, {"namespace", nameSpace().value()}}},
                        {"spec", {{"selector", {{"app", "web"}}}, {"ports", {{{"port", 80}, {"protocol", "TCP"}}}}}}}));
    Json live;
    EXPECT_TRUE(eventually([&] {
        const auto found = ctl::await(client().get({{"", "Endpoints"}, nameSpace(), "web"}));
        live = found ? *found : Json::object();
        return live.contains("/subsets/0/addresses/0/ip"_json_pointer);
    })) << live.dump(1);
}

TEST_F(Controllers, BrokenImageIsSaid)
{
    Json object = deployment("broken", 1);
    object["spec"]["template"]["spec"]["containers"][0]["image"] = "binnacle.example/missing:1";
    (void)must(client().apply(object));
    std::string reason;
    EXPECT_TRUE(eventually([&] {
        const Json pods = must(client().list({"", "Pod"}, nameSpace()));
        reason = pods.value("/items/0/status/containerStatuses/0/state/waiting/reason"_json_pointer, "");
        return reason == "ErrImagePull" || reason == "ImagePullBackOff";
    })) << reason;
}

TEST_F(Controllers, DeletedDeploymentTakesItsPodsWithIt)
{
    (void)must(client().apply(deployment("web", 1)));
    EXPECT_TRUE(eventually([&] { return must(client().list({"", "Pod"}, nameSpace()))["items"].size() == 1; }));
    (void)must(client().remove(deploymentKey("web")));
    EXPECT_TRUE(eventually([&] { return must(client().list({"", "Pod"}, nameSpace()))["items"].empty(); }));
}

TEST_F(Controllers, QuotaRefusesWhatExceedsIt)
{
    const kube::ObjectKey key{{"", "ResourceQuota"}, nameSpace(), "small"};
    (void)must(client().create({{"apiVersion", "v1"},
                                {"kind", "ResourceQuota"},
                                {"metadata", {{"name", "small"}, {"namespace", nameSpace().value()}}},
                                {"spec", {{"hard", {{"count/secrets", "2"}, {"services", "1"}}}}}}));
    ASSERT_TRUE(
        eventually([&] { return must(client().get(key)).value("/status/used/services"_json_pointer, "") == "0"; }));
    const auto service = [&](const std::string &name) -> Json {
        return {{"apiVersion", "v1"},
                {"kind", "Service"},
                {"metadata", {{"name", name}, {"namespace", nameSpace().value()}}},
                {"spec", {{"ports", {{{"port", 80}, {"protocol", "TCP"}}}}}}};
    };
    (void)must(client().create(service("first")));
    const auto error = mustFail(client().create(service("second")));
    EXPECT_EQ(error.kind, ErrorKind::Forbidden);
    EXPECT_THAT(error.message, testing::HasSubstr("exceeded quota: small"));
    EXPECT_TRUE(
        eventually([&] { return must(client().get(key)).value("/status/used/services"_json_pointer, "") == "1"; }));
}

TEST_F(Controllers, LimitRangeGivesDefaults)
{
    (void)must(client().create({{"apiVersion", "v1"},
                                {"kind", "LimitRange"},
                                {"metadata", {{"name", "defaults"}, {"namespace", nameSpace().value()}}},
                                {"spec",
                                 {{"limits",
                                   {{{"type", "Container"},
                                     {"default", {{"memory", "64Mi"}}},
                                     {"defaultRequest", {{"memory", "32Mi"}}}}}}}}}));
    Json pod;
    EXPECT_TRUE(eventually([&] {
        (void)ctl::await(client().apply(deployment("web", 1)));
        const Json pods = must(client().list({"", "Pod"}, nameSpace()));
        pod = pods["items"].empty() ? Json() : pods["items"][0];
        return !pod.is_null();
    }));
    EXPECT_EQ(pod.value("/spec/containers/0/resources/limits/memory"_json_pointer, ""), "64Mi") << pod.dump(1);
    EXPECT_EQ(pod.value("/spec/containers/0/resources/requests/memory"_json_pointer, ""), "32Mi");
}

TEST_F(Controllers, ObserverSeesWhatHappens)
{
    const core::SystemClock clock;
    cluster::Store store(clock);
    cluster::ClusterObserver observer(theClient(), store);
    observer.observe(cluster::ClusterObserver::applicationFeeds({nameSpace()}));
    ASSERT_TRUE(eventually([&] { return store.isSynced(); }));
    EXPECT_EQ(store.find(deploymentKey("web")), nullptr);

    (void)must(client().apply(deployment("web", 2)));
    cluster::Health health;
    EXPECT_TRUE(eventually([&] {
        health = cluster::healthOf(deploymentKey("web"), store);
        return health.state == cluster::HealthState::Healthy;
    })) << cluster::toString(health.state)
        << ": " << health.reason;
    EXPECT_EQ(store.list({"", "Pod"}, nameSpace()).size(), 2U);

    (void)must(client().remove(deploymentKey("web")));
    EXPECT_TRUE(eventually([&] { return store.list({"", "Pod"}, nameSpace()).empty(); }));
    EXPECT_EQ(cluster::healthOf(deploymentKey("web"), store).state, cluster::HealthState::Missing);
}

} // namespace
} // namespace binnacle::contract

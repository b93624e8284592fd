// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClusterFixture.h"
#include "stack/DemoManifests.h"

namespace binnacle::simulator {

namespace {

const std::string deployments = "/apis/apps/v1/namespaces/default/deployments/";

std::string deployment(const std::string &image, int replicas, const std::string &annotation = {})
{
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: " +
           std::to_string(replicas) +
           "\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}" + annotation +
           "}\n    spec:\n      containers:\n      - {name: web, image: \"" + image +
           "\", ports: [{containerPort: 80}]}\n";
}

class WorkloadsTest : public ClusterFixture
{
protected:
    long long ready() { return numberAt(get(deployments + "web"), {"status", "readyReplicas"}); }
};

TEST_F(WorkloadsTest, DeploymentBecomesReadyAsTimePasses)
{
    ASSERT_EQ(apply(deployments + "web", deployment("nginx:1", 3), "test").status, 201);
    EXPECT_EQ(ready(), 0);
    cluster.advance(std::chrono::seconds(10));
    EXPECT_EQ(ready(), 3);
    EXPECT_EQ(textAt(condition(get(deployments + "web"), "Progressing"), {"reason"}), "NewReplicaSetAvailable");
}

TEST_F(WorkloadsTest, RollingUpdateNeverFallsBelowTheMinimum)
{
    apply(deployments + "web", deployment("nginx:1", 4), "test");
    cluster.advance(std::chrono::seconds(10));
    apply(deployments + "web", deployment("nginx:2", 4), "test");
    for (int step = 0; step < 300; ++step) {
        EXPECT_GE(numberAt(get(deployments + "web"), {"status", "availableReplicas"}), 3);
        EXPECT_LE(numberAt(get(deployments + "web"), {"status", "replicas"}), 5);
        cluster.advance(std::chrono::milliseconds(100));
    }
    EXPECT_EQ(numberAt(get(deployments + "web"), {"status", "updatedReplicas"}), 4);
    EXPECT_EQ(textAt(get(deployments + "web"), {"metadata", "annotations", "deployment.kubernetes.io/revision"}), "2");
}

TEST_F(WorkloadsTest, BrokenImageStopsTheRolloutAtTheDeadline)
{
    apply(deployments + "web", deployment("nginx:1", 2), "test");
    cluster.advance(std::chrono::seconds(10));
    apply(deployments + "web", deployment("nginx:does-not-exist", 2), "test");
    cluster.advance(std::chrono::seconds(20));
    EXPECT_EQ(ready(), 2) << "the old pods stay";
    EXPECT_EQ(textAt(condition(get(deployments + "web"), "Progressing"), {"status"}), "True");
    cluster.advance(std::chrono::seconds(700));
    EXPECT_EQ(textAt(condition(get(deployments + "web"), "Progressing"), {"reason"}), "ProgressDeadlineExceeded");
}

TEST_F(WorkloadsTest, CrashingContainerBacksOff)
{
    apply(deployments + "web", deployment("nginx:1", 1, ", annotations: {simulator.binnacle.dev/behaviour: crash}"),
          "test");
    cluster.advance(std::chrono::seconds(120));
    const core::Json pods = get("/api/v1/namespaces/default/pods");
    ASSERT_EQ(pods["items"].size(), 1u);
    const core::Json &status = pods["items"][0]["status"]["containerStatuses"][0];
    EXPECT_GE(numberAt(status, {"restartCount"}), 3);
    EXPECT_EQ(numberAt(status, {"lastState", "terminated", "exitCode"}), 1);
}

TEST_F(WorkloadsTest, QuotaHoldsReplicasBackAndSaysWhy)
{
    apply("/api/v1/namespaces/default/resourcequotas/q",
          "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: \"2\"}}\n", "test");
    apply(deployments + "web", deployment("nginx:1", 3), "test");
    cluster.advance(std::chrono::seconds(10));
    EXPECT_EQ(ready(), 2);
    const std::string why = textAt(condition(get(deployments + "web"), "ReplicaFailure"), {"message"});
    EXPECT_NE(why.find("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"), std::string::npos)
        << why;
    EXPECT_EQ(textAt(get("/api/v1/namespaces/default/resourcequotas/q"), {"status", "used", "pods"}), "2");
}

TEST_F(WorkloadsTest, DeletingADeploymentTakesItsPodsAlong)
{
    apply(deployments + "web", deployment("nginx:1", 2), "test");
    cluster.advance(std::chrono::seconds(10));
    EXPECT_EQ(send("DELETE", deployments + "web").status, 200);
    cluster.advance(std::chrono::seconds(5));
    EXPECT_TRUE(get("/api/v1/namespaces/default/pods")["items"].empty());
    EXPECT_TRUE(get("/apis/apps/v1/namespaces/default/replicasets")["items"].empty());
}

TEST_F(WorkloadsTest, DeletedNamespaceIsEmptiedFirst)
{
    send("POST", "/api/v1/namespaces", R"({"metadata":{"name":"gone"}})");
    apply("/apis/apps/v1/namespaces/gone/deployments/web", deployment("nginx:1", 1), "test");
    cluster.advance(std::chrono::seconds(10));
    send("DELETE", "/api/v1/namespaces/gone");
    EXPECT_EQ(textAt(get("/api/v1/namespaces/gone"), {"status", "phase"}), "Terminating");
    cluster.advance(std::chrono::seconds(10));
    EXPECT_EQ(send("GET", "/api/v1/namespaces/gone").status, 404);
}

struct ScenarioCase
{
    const char *name;
    long long readyBackends;
    const char *volumePhase;
};

class ScenarioTest : public testing::TestWithParam<ScenarioCase>
{
};

TEST_P(ScenarioTest, StartsAsItsNameSays)
{
    Cluster cluster(std::make_shared<core::ManualClock>(*core::parseTime("2026-01-31T12:00:00Z")));
    const auto manifests = stack::demoManifests();
    ASSERT_TRUE(manifests) << manifests.error().describe();
    const auto loaded = cluster.load(GetParam().name, 0, *manifests);
    ASSERT_TRUE(loaded) << loaded.error().describe();
    const auto &storage = cluster.state().storage;
    EXPECT_EQ(
        numberAt(storage.get("deployments.apps", {"app-backend", "backend"})->object(), {"status", "readyReplicas"}),
        GetParam().readyBackends);
    EXPECT_EQ(textAt(storage.get("persistentvolumeclaims", {"app-backend", "postgres-data-postgres-0"})->object(),
                     {"status", "phase"}),
              GetParam().volumePhase);
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest,
                         testing::Values(ScenarioCase{"healthy", 2, "Bound"}, ScenarioCase{"crashloop", 0, "Bound"},
                                         ScenarioCase{"image-pull", 0, "Bound"}, ScenarioCase{"quota", 1, "Bound"},
                                         ScenarioCase{"no-endpoints", 2, "Bound"},
                                         ScenarioCase{"pending-volume", 2, "Pending"}),
                         [](const auto &info) {
                             std::string name = info.param.name;
                             for (char &c : name)
                                 c = c == '-' ? '_' : c;
                             return name;
                         });

} // namespace

} // namespace binnacle::simulator

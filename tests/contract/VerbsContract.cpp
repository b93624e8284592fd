// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing single objects, as https://kubernetes.io/docs/reference/using-api/ promises it.
#include "ContractTest.h"

namespace binnacle::contract {
namespace {

class Verbs : public ContractTest
{
};

TEST_F(Verbs, ServerSaysWhatItServes)
{
    const auto discovery = must(client().discover());
    ASSERT_NE(discovery, nullptr);
    const auto *const deployments = discovery->findByName("deploy");
    ASSERT_NE(deployments, nullptr);
    EXPECT_EQ(deployments->gvr.resource, "deployments");
    EXPECT_EQ(deployments->kind, "Deployment");
    EXPECT_TRUE(deployments->namespaced);
    EXPECT_TRUE(deployments->can("watch"));
    EXPECT_THAT(deployments->subresources, testing::IsSupersetOf({"scale", "status"}));
    const auto *const namespaces = discovery->find(core::GroupKind{"", "Namespace"});
    ASSERT_NE(namespaces, nullptr);
    EXPECT_FALSE(namespaces->namespaced);
    EXPECT_EQ(discovery->findByName("nosuchkind"), nullptr);
    EXPECT_GE(discovery->minorVersion(), 20);
}

TEST_F(Verbs, CreatedObjectIsFoundUntilItIsDeleted)
{
    const Json created = must(client().create(configMap("a", {{"key", "value"}})));
    EXPECT_FALSE(created["metadata"].value("uid", "").empty());
    EXPECT_FALSE(created["metadata"].value("resourceVersion", "").empty());
    EXPECT_FALSE(created["metadata"].value("creationTimestamp", "").empty());
    EXPECT_FALSE(created["metadata"].contains("managedFields"));

    const Json found = must(client().get(configMapKey("a")));
    EXPECT_EQ(found["data"], Json({{"key", "value"}}));
    EXPECT_EQ(found["metadata"]["uid"], created["metadata"]["uid"]);

    (void)must(client().remove(configMapKey("a")));
    const auto error = mustFail(client().get(configMapKey("a")));
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_EQ(error.httpStatus, 404);
    EXPECT_THAT(error.describe(), testing::HasSubstr("a"));
}

TEST_F(Verbs, SecondCreateIsRefused)
{
    (void)must(client().create(configMap("a")));
    const auto error = mustFail(client().create(configMap("a")));
    EXPECT_EQ(error.kind, ErrorKind::AlreadyExists);
    EXPECT_EQ(error.httpStatus, 409);
}

TEST_F(Verbs, NamespaceMustExist)
{
    Json object = configMap("a");
    object["metadata"]["namespace"] = nameSpace().value() + "-nosuch";
    EXPECT_EQ(mustFail(client().create(object)).kind, ErrorKind::NotFound);
}

TEST_F(Verbs, InvalidObjectIsRefusedWithItsFields)
{
    Json object = deployment("a", 1);
    object["spec"]["template"]["metadata"]["labels"] = {{"app", "other"}};
    const auto error = mustFail(client().create(object));
    EXPECT_EQ(error.kind, ErrorKind::Invalid);
    EXPECT_EQ(error.reason, "Invalid");
    ASSERT_FALSE(error.causes.empty());
    EXPECT_THAT(error.causes.front().field, testing::HasSubstr("spec.template.metadata.labels"));
}

TEST_F(Verbs, ReplaceOfAnOldVersionIsAConflict)
{
    const Json first = must(client().create(configMap("a", {{"key", "1"}})));
    Json second = first;
    second["data"]["key"] = "2";
    const Json replaced = must(client().replace(second));
    EXPECT_NE(replaced["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
    Json stale = first;
    stale["data"]["key"] = "3";
    const auto error = mustFail(client().replace(stale));
    EXPECT_EQ(error.kind, ErrorKind::Conflict);
    EXPECT_EQ(must(client().get(configMapKey("a")))["data"]["key"], "2");
}

TEST_F(Verbs, DryRunChangesNothing)
{
    kube::WriteOptions options;
    options.dryRun = true;
    const Json planned = must(client().create(configMap("a"), options));
    EXPECT_EQ(planned["metadata"]["name"], "a");
    EXPECT_EQ(mustFail(client().get(configMapKey("a"))).kind, ErrorKind::NotFound);
    (void)must(client().apply(configMap("a", {{"key", "1"}}), options));
    EXPECT_EQ(mustFail(client().get(configMapKey("a"))).kind, ErrorKind::NotFound);
    (void)must(client().create(configMap("a")));
    kube::DeleteOptions removal;
    removal.dryRun = true;
    (void)must(client().remove(configMapKey("a"), removal));
    EXPECT_EQ(must(client().get(configMapKey("a")))["metadata"]["name"], "a");
}

TEST_F(Verbs, DeleteKeepsItsPreconditions)
{
    const Json created = must(client().create(configMap("a")));
    kube::DeleteOptions options;
    options.uid = "00000000-0000-0000-0000-000000000000";
    EXPECT_EQ(mustFail(client().remove(configMapKey("a"), options)).kind, ErrorKind::Conflict);
    options.uid = created["metadata"]["uid"].get<std::string>();
    options.resourceVersion = "1";
    EXPECT_EQ(mustFail(client().remove(configMapKey("a"), options)).kind, ErrorKind::Conflict);
    options.resourceVersion = created["metadata"]["resourceVersion"].get<std::string>();
    (void)must(client().remove(configMapKey("a"), options));
    EXPECT_EQ(mustFail(client().get(configMapKey("a"))).kind, ErrorKind::NotFound);
}

TEST_F(Verbs, FinalizerHoldsADeletedObject)
{
    Json object = configMap("a");
    object["metadata"]["finalizers"] = {"binnacle.example/hold"};
    (void)must(client().create(object));
    (void)must(client().remove(configMapKey("a")));
    const Json held = must(client().get(configMapKey("a")));
    EXPECT_TRUE(held["metadata"].contains("deletionTimestamp"));
    (void)must(client().patch(configMapKey("a"), kube::PatchKind::Merge, {{"metadata", {{"finalizers", nullptr}}}}));
    EXPECT_EQ(mustFail(client().get(configMapKey("a"))).kind, ErrorKind::NotFound);
}

TEST_F(Verbs, PatchesOfEachKind)
{
    (void)must(client().create(configMap("a", {{"keep", "1"}, {"drop", "2"}})));
    const Json merged =
        must(client().patch(configMapKey("a"), kube::PatchKind::Merge, {{"data", {{"drop", nullptr}, {"new", "3"}}}}));
    EXPECT_EQ(merged["data"], Json({{"keep", "1"}, {"new", "3"}}));

    const Json patch = {{{"op", "test"}, {"path", "/data/keep"}, {"value", "1"}},
                        {{"op", "replace"}, {"path", "/data/keep"}, {"value", "9"}}};
    EXPECT_EQ(must(client().patch(configMapKey("a"), kube::PatchKind::JsonPatch, patch))["data"]["keep"], "9");
    // The test operation fails now: the value is no longer 1.
    EXPECT_EQ(mustFail(client().patch(configMapKey("a"), kube::PatchKind::JsonPatch, patch)).kind, ErrorKind::Invalid);

    (void)must(client().create(deployment("d", 0)));
    const Json image = {
        {"spec", {{"template", {{"spec", {{"containers", {{{"name", "web"}, {"image", "busybox"}}}}}}}}}}};
    const Json changed = must(client().patch(deploymentKey("d"), kube::PatchKind::StrategicMerge, image));
    const Json &containers = changed["spec"]["template"]["spec"]["containers"];
    ASSERT_EQ(containers.size(), 1U);
    EXPECT_EQ(containers[0]["image"], "busybox");
    EXPECT_EQ(containers[0]["imagePullPolicy"], "IfNotPresent");
}

TEST_F(Verbs, GenerationCountsChangesOfTheSpecOnly)
{
    const Json created = must(client().create(deployment("d", 0)));
    EXPECT_EQ(created["metadata"]["generation"], 1);
    const Json labelled =
        must(client().patch(deploymentKey("d"), kube::PatchKind::Merge, {{"metadata", {{"labels", {{"a", "b"}}}}}}));
    EXPECT_EQ(labelled["metadata"]["generation"], 1);
    const Json paused =
        must(client().patch(deploymentKey("d"), kube::PatchKind::Merge, {{"spec", {{"paused", true}}}}));
    EXPECT_EQ(paused["metadata"]["generation"], 2);
}

TEST_F(Verbs, ScaleIsASubresource)
{
    (void)must(client().create(deployment("d", 0)));
    const Json scale = must(client().getSubresource(deploymentKey("d"), "scale"));
    EXPECT_EQ(scale["kind"], "Scale");
    EXPECT_EQ(scale["spec"].value("replicas", 0), 0);
    (void)must(client().patch(deploymentKey("d"), kube::PatchKind::Merge, {{"spec", {{"replicas", 2}}}}, "scale"));
    EXPECT_EQ(must(client().get(deploymentKey("d")))["spec"]["replicas"], 2);
}

TEST_F(Verbs, StatusIsASubresource)
{
    (void)must(client().create(deployment("d", 0)));
    const Json patched =
        must(client().patch(deploymentKey("d"), kube::PatchKind::Merge,
                            {{"spec", {{"paused", true}}}, {"status", {{"collisionCount", 3}}}}, "status"));
    EXPECT_EQ(patched["metadata"]["generation"], 1);
    EXPECT_FALSE(patched["spec"].value("paused", false));
    EXPECT_EQ(patched["status"].value("collisionCount", 0), 3);
}

} // namespace
} // namespace binnacle::contract

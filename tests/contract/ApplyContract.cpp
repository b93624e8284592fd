// SPDX-License-Identifier: GPL-3.0-or-later
// Server-side apply, as https://kubernetes.io/docs/reference/using-api/server-side-apply/ promises it.
#include "ContractTest.h"

namespace binnacle::contract {
namespace {

class Apply : public ContractTest
{
};

[[nodiscard]] kube::WriteOptions manager(const std::string &name, bool force = false)
{
    kube::WriteOptions options;
    options.fieldManager = name;
    options.force = force;
    return options;
}

TEST_F(Apply, CreatesThenChangesNothingWhenRepeated)
{
    const Json created = must(client().apply(configMap("a", {{"key", "1"}})));
    const Json again = must(client().apply(configMap("a", {{"key", "1"}})));
    EXPECT_EQ(again["metadata"]["uid"], created["metadata"]["uid"]);
    EXPECT_EQ(again["metadata"]["resourceVersion"], created["metadata"]["resourceVersion"]);
}

TEST_F(Apply, TakesQuantitiesThatAreNumbers)
{
    Json object = deployment("numbers", 0);
    object["spec"]["template"]["spec"]["containers"][0]["resources"] = {
        {"limits", {{"cpu", 1.5}, {"memory", 1000000}}}};
    const Json made = must(client().apply(object));
    EXPECT_EQ(made["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"],
              Json({{"cpu", "1500m"}, {"memory", "1M"}}));
}

TEST_F(Apply, RemovesWhatItNoLongerNames)
{
    (void)must(client().apply(configMap("a", {{"keep", "1"}, {"drop", "2"}})));
    const Json changed = must(client().apply(configMap("a", {{"keep", "1"}})));
    EXPECT_EQ(changed["data"], Json({{"keep", "1"}}));
}

TEST_F(Apply, LeavesAloneWhatOthersOwn)
{
    (void)must(client().apply(configMap("a", {{"mine", "1"}}), manager("one")));
    (void)must(client().apply(configMap("a", {{"yours", "2"}}), manager("two")));
    const Json both = must(client().apply(configMap("a", {{"mine", "3"}}), manager("one")));
    EXPECT_EQ(both["data"], Json({{"mine", "3"}, {"yours", "2"}}));
}

TEST_F(Apply, ConflictNamesTheOtherManager)
{
    (void)must(client().apply(configMap("a", {{"key", "1"}}), manager("one")));
    const auto error = mustFail(client().apply(configMap("a", {{"key", "2"}}), manager("two")));
    EXPECT_EQ(error.kind, ErrorKind::Conflict);
    EXPECT_EQ(error.httpStatus, 409);
    EXPECT_THAT(error.message, testing::HasSubstr("one"));
    ASSERT_FALSE(error.causes.empty());
    EXPECT_EQ(error.causes.front().reason, "FieldManagerConflict");
    EXPECT_EQ(error.causes.front().field, ".data.key");
}

TEST_F(Apply, ForceTakesTheField)
{
    (void)must(client().apply(configMap("a", {{"key", "1"}}), manager("one")));
    EXPECT_EQ(must(client().apply(configMap("a", {{"key", "2"}}), manager("two", true)))["data"]["key"], "2");
    const auto error = mustFail(client().apply(configMap("a", {{"key", "1"}}), manager("one")));
    EXPECT_EQ(error.kind, ErrorKind::Conflict);
}

TEST_F(Apply, SameValueIsSharedWithoutConflict)
{
    (void)must(client().apply(configMap("a", {{"key", "1"}}), manager("one")));
    (void)must(client().apply(configMap("a", {{"key", "1"}}), manager("two")));
    // Shared: what one of them gives up stays.
    const Json left = must(client().apply(configMap("a"), manager("one")));
    EXPECT_EQ(left.value("data", Json::object()), Json({{"key", "1"}}));
}

TEST_F(Apply, MergesListsByTheirKeys)
{
    Json object = deployment("d", 0);
    (void)must(client().apply(object, manager("one")));
    Json sidecar = object;
    sidecar["spec"].erase("replicas");
    sidecar["spec"]["template"]["spec"]["containers"] = {{{"name", "sidecar"}, {"image", "busybox"}}};
    const Json both = must(client().apply(sidecar, manager("two")));
    EXPECT_EQ(both["spec"]["template"]["spec"]["containers"].size(), 2U);
    EXPECT_EQ(both["spec"]["replicas"], 0);
}

TEST_F(Apply, ReplicasThatAnotherScaledAreAConflict)
{
    (void)must(client().apply(deployment("d", 0), manager("one")));
    (void)must(client().patch(deploymentKey("d"), kube::PatchKind::Merge, {{"spec", {{"replicas", 1}}}}, "scale",
                              manager("autoscaler")));
    // 1.20 does not track who scaled; later servers do (KEP-2332): both keep to it that a forced apply decides.
    EXPECT_EQ(must(client().apply(deployment("d", 0), manager("one", true)))["spec"]["replicas"], 0);
}

} // namespace
} // namespace binnacle::contract

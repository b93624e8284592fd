// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClusterFixture.h"

#include "simulator/Patches.h"
#include "simulator/Selector.h"

namespace binnacle::simulator {

namespace {

using core::Json;

const std::string configMap = "/api/v1/namespaces/default/configmaps/c";

std::string config(const std::string &data)
{
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {" + data + "}\n";
}

class ApiTest : public ClusterFixture
{
};

TEST_F(ApiTest, ApplyAgainChangesNothing)
{
    ASSERT_EQ(apply(configMap, config("a: x"), "one").status, 201);
    const std::string version = textAt(get(configMap), {"metadata", "resourceVersion"});
    EXPECT_EQ(apply(configMap, config("a: x"), "one").status, 200);
    EXPECT_EQ(textAt(get(configMap), {"metadata", "resourceVersion"}), version);
}

TEST_F(ApiTest, ConflictNamesTheOtherManagerAndTheField)
{
    apply(configMap, config("a: x"), "one");
    const HttpResponse refused = apply(configMap, config("a: y"), "two");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(messageOf(refused), "Apply failed with 1 conflict: conflict with \"one\": .data.a");
    EXPECT_EQ(apply(configMap, config("a: y"), "two", "&force=true").status, 200);
    EXPECT_EQ(textAt(get(configMap), {"data", "a"}), "y");
}

TEST_F(ApiTest, FieldNoLongerAppliedGoesUnlessSomebodyElseHoldsIt)
{
    apply(configMap, config("a: x, b: x"), "one");
    apply(configMap, config("b: x"), "two");
    apply(configMap, config(""), "one");
    EXPECT_EQ(get(configMap)["data"], Json({{"b", "x"}}));
}

// Each would fill the memory, or the call stack.
TEST_F(ApiTest, YamlThatGrowsWithoutEndIsABadRequest)
{
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int copy = 0; copy < 7; ++copy)
            bomb += ", " + before;
        bomb += "]\n";
    }
    for (const std::string &body : {bomb, std::string("data: &x {a: *x}"), std::string("{}\n,"), std::string(",")}) {
        const HttpResponse refused = apply(configMap, body, "one");
        EXPECT_EQ(refused.status, 400) << body;
        EXPECT_EQ(messageOf(refused).substr(0, 20), "error decoding YAML:") << messageOf(refused);
    }
}

TEST_F(ApiTest, StaleUpdateIsRefused)
{
    apply(configMap, config("a: x"), "one");
    Json stale = get(configMap);
    apply(configMap, config("a: y"), "one");
    stale["data"]["a"] = "z";
    const HttpResponse refused = send("PUT", configMap, stale.dump());
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(messageOf(refused), "Operation cannot be fulfilled on configmaps \"c\": the object has been modified; "
                                  "please apply your changes to the latest version and try again");
}

TEST_F(ApiTest, UnknownFieldIsRefusedUnderStrict)
{
    const std::string target = "/api/v1/namespaces/default/configmaps?fieldValidation=";
    const std::string body = R"({"metadata":{"name":"c"},"dat":{}})";
    EXPECT_EQ(
        messageOf(send("POST", target + "Strict", body)),
        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dat\"");
    const HttpResponse warned = send("POST", target + "Warn", body);
    EXPECT_EQ(warned.status, 201);
    ASSERT_EQ(warned.headers.size(), 1u);
    EXPECT_EQ(warned.headers[0].second, "299 - \"unknown field \\\"dat\\\"\"");
}

TEST_F(ApiTest, DryRunStoresNothing)
{
    EXPECT_EQ(apply(configMap, config("a: x"), "one", "&dryRun=All").status, 201);
    EXPECT_EQ(send("GET", configMap).status, 404);
}

TEST_F(ApiTest, PagesShowOneMomentEvenWhenObjectsChange)
{
    for (const char *const name : {"p1", "p2", "p3"})
        send("POST", "/api/v1/namespaces/default/configmaps",
             std::string(R"({"metadata":{"labels":{"page":"y"},"name":")") + name + "\"}}");
    const std::string list = "/api/v1/namespaces/default/configmaps?labelSelector=page&limit=2";
    const Json first = get(list);
    ASSERT_EQ(first["items"].size(), 2u);
    EXPECT_EQ(numberAt(first, {"metadata", "remainingItemCount"}), 1);
    send("DELETE", "/api/v1/namespaces/default/configmaps/p3");
    const std::string next = list + "&continue=" + textAt(first, {"metadata", "continue"});
    ASSERT_EQ(get(next)["items"].size(), 1u);
    EXPECT_EQ(textAt(get(next)["items"][0], {"metadata", "name"}), "p3");
    cluster.state().storage.compact(cluster.state().storage.version());
    EXPECT_EQ(send("GET", next).status, 410);
}

TEST_F(ApiTest, WatchFromTheForgottenPastEndsWith410)
{
    cluster.state().storage.compact(cluster.state().storage.version());
    apply(configMap, config("a: x"), "one");
    const HttpResponse watch = send("GET", "/api/v1/configmaps?watch=1&resourceVersion=5");
    ASSERT_TRUE(watch.stream);
    ASSERT_EQ(watch.stream->pending.size(), 1u);
    const Json frame = Json::parse(watch.stream->pending.front());
    EXPECT_EQ(frame["type"], "ERROR");
    EXPECT_EQ(frame["object"]["code"], 410);
}

TEST_F(ApiTest, WatchTellsOfObjectsThatBeginAndCeaseToMatch)
{
    const HttpResponse watch = send("GET", "/api/v1/configmaps?watch=1&labelSelector=on&resourceVersion=" +
                                               std::to_string(cluster.state().storage.version()));
    send("POST", "/api/v1/namespaces/default/configmaps", R"({"metadata":{"name":"w"}})");
    const std::string target = "/api/v1/namespaces/default/configmaps/w";
    send("PATCH", target, R"({"metadata":{"labels":{"on":"1"}}})", "application/merge-patch+json");
    send("PATCH", target, R"({"data":{"k":"v"}})", "application/merge-patch+json");
    send("PATCH", target, R"({"metadata":{"labels":{"on":null}}})", "application/merge-patch+json");
    std::vector<std::string> types;
    for (const std::string &frame : watch.stream->pending)
        types.push_back(Json::parse(frame)["type"]);
    EXPECT_EQ(types, (std::vector<std::string>{"ADDED", "MODIFIED", "DELETED"}));
}

struct SelectorCase
{
    const char *selector;
    bool matches;
};

class SelectorTest : public testing::TestWithParam<SelectorCase>
{
};

TEST_P(SelectorTest, AgainstAppWebTierFront)
{
    const auto selector = LabelSelector::parse(GetParam().selector);
    ASSERT_TRUE(selector);
    EXPECT_EQ(selector->matches(Json{{"app", "web"}, {"tier", "front"}}), GetParam().matches) << GetParam().selector;
}

INSTANTIATE_TEST_SUITE_P(All, SelectorTest,
                         testing::Values(SelectorCase{"", true}, SelectorCase{"app=web", true},
                                         SelectorCase{"app==web,tier=front", true}, SelectorCase{"app!=web", false},
                                         SelectorCase{"tier in (back, front)", true},
                                         SelectorCase{"tier notin (front)", false}, SelectorCase{"app", true},
                                         SelectorCase{"!app", false}, SelectorCase{"other!=x", true}));

struct PatchCase
{
    const char *name;
    const char *patch;
    const char *expected;
};

class StrategicPatchTest : public testing::TestWithParam<PatchCase>
{
};

TEST_P(StrategicPatchTest, OnTwoContainers)
{
    Schema schema("PodSpec containers:[Container;name;name] finalizers:{string}\n"
                  "Container name*:string image:string args:[string]\n");
    const Json before =
        Json::parse(R"({"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}],"finalizers":["x"]})");
    const Json after = applyStrategicPatch(schema.structType("PodSpec"), before, Json::parse(GetParam().patch));
    EXPECT_EQ(after, Json::parse(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, StrategicPatchTest,
    testing::Values(
        PatchCase{"MergesByName", R"({"containers":[{"name":"b","image":"2"}]})",
                  R"({"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}],"finalizers":["x"]})"},
        PatchCase{"Deletes", R"({"containers":[{"name":"a","$patch":"delete"}]})",
                  R"({"containers":[{"name":"b","image":"1"}],"finalizers":["x"]})"},
        PatchCase{"Replaces", R"({"containers":[{"$patch":"replace"},{"name":"c"}]})",
                  R"({"containers":[{"name":"c"}],"finalizers":["x"]})"},
        PatchCase{"Orders", R"({"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]})",
                  R"({"containers":[{"name":"b","image":"1"},{"name":"a","image":"1"}],"finalizers":["x"]})"},
        PatchCase{"DeletesPrimitives", R"({"$deleteFromPrimitiveList/finalizers":["x"],"containers":null})",
                  R"({"finalizers":[]})"}),
    [](const auto &info) { return std::string(info.param.name); });

} // namespace

} // namespace binnacle::simulator

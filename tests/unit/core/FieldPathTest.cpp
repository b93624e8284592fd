// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/FieldPath.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace binnacle::core {
namespace {

const Json deployment = Json::parse(R"({
    "spec": {"replicas": 2, "template": {"metadata": {"annotations": {"a/b": "x", "c~d": "y"}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}, {"name": "log", "image": "log:1"}]}}}})");

struct Row
{
    const char *path;
    Json value;        ///< what is there; null: nothing
    Json set;          ///< null: removed
    const char *after; ///< the changed part by JSON pointer; "": nothing may change; "!": refused
    const char *serverName;
};

TEST(FieldPath, FindsAndSets)
{
    const Row rows[] = {
        {"/spec/replicas", 2, 5, "/spec/replicas", "spec.replicas"},
        {"/spec/replicas", 2, nullptr, "/spec/replicas", "spec.replicas"},
        {"/spec/paused", nullptr, true, "/spec/paused", "spec.paused"},
        {"/spec/strategy/type", nullptr, "Recreate", "/spec/strategy/type", "spec.strategy.type"},
        {"/spec/strategy/type", nullptr, nullptr, "", "spec.strategy.type"},
        {"/spec/template/spec/containers/[name=log]/image", "log:1", "log:2", "/spec/template/spec/containers/1/image",
         "spec.template.spec.containers[1].image"},
        {"/spec/template/spec/containers/1/image", "log:1", "log:2", "/spec/template/spec/containers/1/image",
         "spec.template.spec.containers[1].image"},
        {"/spec/template/spec/containers/[name=web]/resources/limits/cpu", nullptr, "1",
         "/spec/template/spec/containers/0/resources/limits/cpu",
         "spec.template.spec.containers[0].resources.limits.cpu"},
        {"/spec/template/spec/containers/[name=gone]/image", nullptr, "x", "!",
         "spec.template.spec.containers.gone.image"},
        {"/spec/template/spec/containers/7", nullptr, "x", "!", "spec.template.spec.containers.7"},
        {"/spec/template/metadata/annotations/a~1b", "x", "z", "/spec/template/metadata/annotations/a~1b",
         "spec.template.metadata.annotations[a/b]"},
        {"/spec/template/metadata/annotations/c~0d", "y", nullptr, "/spec/template/metadata/annotations/c~0d",
         "spec.template.metadata.annotations.c~d"},
        {"/spec/replicas/deeper", nullptr, "x", "!", "spec.replicas.deeper"},
    };
    for (const auto &row : rows) {
        const auto path = FieldPath::parse(row.path);
        ASSERT_TRUE(path) << row.path;
        EXPECT_EQ(path->valueIn(deployment), row.value) << row.path;
        EXPECT_EQ(path->serverName(deployment), row.serverName);
        Json changed = deployment;
        const auto set = path->set(changed, row.set);
        ASSERT_EQ(bool(set), std::string(row.after) != "!") << row.path;
        if (!set)
            continue;
        EXPECT_EQ(path->valueIn(changed), row.set) << row.path;
        const Json patch = Json::diff(deployment, changed);
        EXPECT_EQ(patch.size(), std::string(row.after).empty() ? 0U : 1U) << row.path << " " << patch;
        if (!patch.empty() && !row.set.is_null()) {
            EXPECT_EQ(changed.at(Json::json_pointer(row.after)), row.set);
        }
    }
}

TEST(FieldPath, TheEmptyOneIsTheWholeObject)
{
    const auto whole = FieldPath::parse("");
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->valueIn(deployment), deployment);
    EXPECT_EQ(whole->serverName(deployment), "");
    Json made;
    EXPECT_TRUE(whole->set(made, deployment));
    EXPECT_EQ(made, deployment);
    EXPECT_TRUE(whole->set(made, nullptr));
    EXPECT_EQ(made, Json());
}

TEST(FieldPath, SpeaksToJq)
{
    EXPECT_EQ(FieldPath::parse("/spec/hard/requests.cpu")->forJq(), R"(.["spec"]["hard"]["requests.cpu"])");
    EXPECT_EQ(FieldPath::parse("/spec/limits/[type=Pod]/max/cpu")->forJq(),
              R"(.["spec"]["limits"][] | select(.type == "Pod") | .["max"]["cpu"])");
}

TEST(FieldPath, RefusesWhatIsNoPath)
{
    for (const char *text : {"spec", "spec/replicas"})
        EXPECT_FALSE(FieldPath::parse(text)) << text;
    EXPECT_EQ(pointerSegment("a/b~c"), "a~1b~0c");
}

TEST(FieldPath, PicksByAFieldWithinAndAppendsWhatItDoesNotFind)
{
    Json scaler = {{"metrics", {{{"type", "Resource"}, {"resource", {{"name", "cpu"}, {"value", 70}}}}}}};
    const auto value = *FieldPath::parse("/metrics/[resource.name=cpu]/resource/value");
    EXPECT_EQ(value.valueIn(scaler), 70);
    ASSERT_TRUE(value.set(scaler, 80));
    EXPECT_EQ(value.valueIn(scaler), 80);
    const auto memory = *FieldPath::parse("/metrics/[resource.name=memory]");
    const Json metric = {{"type", "Resource"}, {"resource", {{"name", "memory"}, {"value", 50}}}};
    ASSERT_TRUE(memory.set(scaler, metric));
    EXPECT_EQ(scaler["metrics"].size(), 2U);
    EXPECT_EQ(memory.valueIn(scaler), metric);
    ASSERT_TRUE(memory.set(scaler, nullptr));
    EXPECT_EQ(scaler["metrics"].size(), 1U);
}

} // namespace
} // namespace binnacle::core

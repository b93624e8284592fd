// SPDX-License-Identifier: GPL-3.0-or-later
// What forms do: exactly their own fields, and never over somebody else's change.
#include "ContractTest.h"
#include "operations/FieldEdits.h"

namespace binnacle::contract {
namespace {

using operations::applyEdits;

class Edits : public ContractTest
{
protected:
    [[nodiscard]] static std::shared_ptr<const runbook::EditTask> edit(const std::string &path, const Json &before,
                                                                       const Json &after, std::string part = {})
    {
        const auto boxed = [](const Json &value) {
            return value.is_null() ? nullptr : std::make_shared<const Json>(value);
        };
        return std::make_shared<const runbook::EditTask>(
            runbook::EditTask{{{path, boxed(before), boxed(after)}}, std::move(part)});
    }
    /// As the server has it, but for what every write changes.
    [[nodiscard]] Json state(const kube::ObjectKey &key) const
    {
        Json object = must(client().get(key));
        for (const char *field : {"resourceVersion", "generation"})
            object["metadata"].erase(field);
        object.erase("status");
        return object;
    }
};

TEST_F(Edits, ChangeTheirFieldAndNoOther)
{
    (void)must(client().create(configMap("settings", {{"a", "1"}, {"b", "2"}})));
    const auto key = configMapKey("settings");
    Json expected = state(key);
    (void)must(applyEdits(theClient(), key, edit("/data/a", "1", "10"), false));
    expected["data"]["a"] = "10";
    EXPECT_EQ(state(key), expected);
    (void)must(applyEdits(theClient(), key, edit("/metadata/annotations/example.com~1note", nullptr, "new"), false));
    expected["metadata"]["annotations"]["example.com/note"] = "new";
    EXPECT_EQ(state(key), expected);
    (void)must(applyEdits(theClient(), key, edit("/data/b", "2", nullptr), false));
    expected["data"].erase("b");
    EXPECT_EQ(state(key), expected);
}

TEST_F(Edits, StandBackFromAnothersChange)
{
    (void)must(client().create(configMap("settings", {{"a", "1"}, {"b", "2"}})));
    const auto key = configMapKey("settings");
    (void)must(client().patch(key, kube::PatchKind::Merge, {{"data", {{"a", "theirs"}, {"b", "theirs"}}}}));
    const Json before = state(key);
    const auto error = mustFail(applyEdits(theClient(), key, edit("/data/a", "1", "mine"), false));
    EXPECT_EQ(error.kind, ErrorKind::Conflict);
    EXPECT_THAT(error.message, testing::HasSubstr("/data/a (1 when you began, now theirs, you want mine)"));
    EXPECT_EQ(state(key), before);
}

TEST_F(Edits, MayBeRepeated)
{
    (void)must(client().create(configMap("settings", {{"a", "1"}})));
    const auto key = configMapKey("settings");
    const auto change = edit("/data/a", "1", "2");
    (void)must(applyEdits(theClient(), key, change, false));
    const auto version = must(client().get(key))["metadata"]["resourceVersion"];
    (void)must(applyEdits(theClient(), key, change, false));
    EXPECT_EQ(must(client().get(key))["metadata"]["resourceVersion"], version);
}

TEST_F(Edits, DryRunsChangeNothing)
{
    (void)must(client().create(configMap("settings", {{"a", "1"}})));
    const auto key = configMapKey("settings");
    const auto answer = must(applyEdits(theClient(), key, edit("/data/a", "1", "2"), true));
    EXPECT_EQ(answer["data"]["a"], "2");
    EXPECT_EQ(must(client().get(key))["data"]["a"], "1");
}

TEST_F(Edits, FindContainersByName)
{
    (void)must(client().create(deployment("web", 0)));
    const auto key = deploymentKey("web");
    const auto container = must(client().get(key))["spec"]["template"]["spec"]["containers"][0];
    const auto path =
        "/spec/template/spec/containers/[name=" + container["name"].get<std::string>() + "]/resources/limits/cpu";
    (void)must(applyEdits(theClient(), key, edit(path, nullptr, "250m"), false));
    const auto live = must(client().get(key));
    EXPECT_EQ(live["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"], Json({{"cpu", "250m"}}));

    const auto refused = mustFail(applyEdits(theClient(), key, edit(path, "250m", "much"), true));
    EXPECT_EQ(refused.kind, ErrorKind::Invalid);
}

TEST_F(Edits, ScaleBySubresource)
{
    (void)must(client().create(deployment("web", 0)));
    const auto key = deploymentKey("web");
    (void)must(client().patch(key, kube::PatchKind::Merge, {{"spec", {{"paused", true}}}}));
    for (const auto &[before, after] : {std::pair{0, 2}, std::pair{2, 0}}) {
        (void)must(applyEdits(theClient(), key, edit("/spec/replicas", before, after, "scale"), false));
        EXPECT_EQ(must(client().get(key))["spec"]["replicas"], after);
    }
}

} // namespace
} // namespace binnacle::contract

// SPDX-License-Identifier: GPL-3.0-or-later
// What the forms for quotas and limit ranges rely on: what a server takes, completes, counts and leaves alone.
#include "ContractTest.h"
#include "operations/FieldEdits.h"
#include "operations/QuotaEdits.h"
#include "stack/LimitRangeRules.h"

#include <set>

namespace binnacle::contract {
namespace {

using operations::applyEdits;
using operations::changedLimits;
using operations::changedQuota;

class Quotas : public ContractTest
{
protected:
    [[nodiscard]] kube::ObjectKey quotaKey(const std::string &name) const
    {
        return {{"", "ResourceQuota"}, nameSpace(), name};
    }
    [[nodiscard]] kube::ObjectKey rangeKey(const std::string &name) const
    {
        return {{"", "LimitRange"}, nameSpace(), name};
    }
    [[nodiscard]] Json quota(const std::string &name, const Json &spec) const
    {
        Json object = operations::newQuota(quotaKey(name));
        object["spec"] = spec;
        return object;
    }
    [[nodiscard]] Json range(const std::string &name, const Json &limits) const
    {
        Json object = operations::newLimitRange(rangeKey(name));
        object["spec"]["limits"] = limits;
        return object;
    }
    /// Everything, with managedFields, as `kubectl get -o json --show-managed-fields` has it.
    [[nodiscard]] Json whole(const kube::ObjectKey &key) const
    {
        const std::string plural = key.kind.kind == "LimitRange" ? "limitranges" : "resourcequotas";
        kube::HttpRequest request;
        request.path = "/api/v1/namespaces/" + nameSpace().value() + "/" + plural + "/" + key.name;
        return Json::parse(must(client().transport().send(request)).body);
    }
    [[nodiscard]] Json changed(const kube::ObjectKey &key, const std::vector<std::string> &words, bool dryRun = false)
    {
        const Json live = must(client().get(key));
        const auto change = key.kind.kind == "LimitRange" ? changedLimits(live, words) : changedQuota(live, words);
        if (!change) {
            ADD_FAILURE() << change.error().describe();
            return {};
        }
        const auto edit = std::make_shared<const runbook::EditTask>(change->edit);
        const Json answer = must(applyEdits(theClient(), key, edit, dryRun));
        EXPECT_EQ(answer["spec"], change->object["spec"]); // what was shown is what the server made of it
        return answer;
    }
    /// The fields that the server complains about; empty: it takes the object.
    [[nodiscard]] std::set<std::string> complaints(const Json &object) const
    {
        kube::WriteOptions options;
        options.dryRun = true;
        const auto answer = ctl::await(client().create(object, options));
        std::set<std::string> fields;
        if (answer)
            return fields;
        EXPECT_EQ(answer.error().kind, ErrorKind::Invalid) << answer.error().describe();
        for (const auto &cause : answer.error().causes)
            fields.insert(cause.field);
        return fields;
    }
};

/// The entry of a manager without what our edit took over, and without the time.
Json ownedBy(const Json &object, const std::string &manager, const std::vector<std::string> &taken)
{
    for (Json entry : object["metadata"]["managedFields"]) {
        if (entry["manager"] != manager)
            continue;
        for (const auto &resource : entry["fieldsV1"].contains("f:spec") ? taken : std::vector<std::string>())
            entry["fieldsV1"]["f:spec"]["f:hard"].erase("f:" + resource);
        return entry["fieldsV1"];
    }
    return nullptr;
}

TEST_F(Quotas, AnEditChangesItsFieldsAndNobodyElses)
{
    kube::WriteOptions theirs;
    theirs.fieldManager = "platform-team";
    (void)must(client().create(
        quota("team", {{"hard", {{"requests.cpu", "4"}, {"pods", "20"}, {"count/jobs.batch", "5"}}}}), theirs));
    theirs.fieldManager = "billing";
    (void)must(client().patch(quotaKey("team"), kube::PatchKind::Merge,
                              {{"metadata", {{"annotations", {{"example.com/cost", "12"}}}}}}, {}, theirs));
    ASSERT_TRUE(eventually([&] { return whole(quotaKey("team"))["status"].contains("used"); }));
    const Json before = whole(quotaKey("team"));
    (void)changed(quotaKey("team"), {"requests.cpu=1.5 cores", "limits.memory=1.5Gi", "pods-"});
    const Json after = whole(quotaKey("team"));

    Json expected = before;
    expected["spec"]["hard"] = {{"requests.cpu", "1500m"}, {"limits.memory", "1536Mi"}, {"count/jobs.batch", "5"}};
    Json rest = after;
    for (Json *const object : {&expected, &rest}) {
        object->erase("status");
        for (const char *const field : {"managedFields", "resourceVersion", "generation"})
            (*object)["metadata"].erase(field);
    }
    EXPECT_EQ(rest, expected);
    const std::vector<std::string> taken{"requests.cpu", "pods"};
    for (const char *const manager : {"platform-team", "billing"})
        EXPECT_EQ(ownedBy(after, manager, taken), ownedBy(before, manager, taken)) << manager;
    EXPECT_EQ(ownedBy(after, "binnacle-edit", {}),
              Json::parse(R"({"f:spec": {"f:hard": {"f:requests.cpu": {}, "f:limits.memory": {}}}})"));
}

TEST_F(Quotas, WhatTheServerRoundsIsTakenBackLikeAnythingElse)
{
    const auto key = keyOf(must(client().create(quota("small", {{"hard", {{"requests.cpu", "2"}, {"pods", "9"}}}}))));
    const auto change = changedQuota(must(client().get(key)), {"requests.cpu=0.0015"});
    ASSERT_TRUE(change);
    (void)must(applyEdits(theClient(), key, std::make_shared<const runbook::EditTask>(change->edit), false));
    EXPECT_EQ(must(client().get(key))["spec"]["hard"], Json({{"requests.cpu", "2m"}, {"pods", "9"}}));
    const auto back = std::make_shared<const runbook::EditTask>(operations::reversed(change->edit));
    (void)must(applyEdits(theClient(), key, back, false));
    EXPECT_EQ(must(client().get(key))["spec"]["hard"], Json({{"requests.cpu", "2"}, {"pods", "9"}}));
}

TEST_F(Quotas, AreCountedAnewAfterAnEdit)
{
    (void)must(client().create(configMap("one")));
    (void)must(client().create(quota("team", {{"hard", {{"services", "2"}}}})));
    const auto status = [&] { return must(client().get(quotaKey("team"))).value("status", Json::object()); };
    ASSERT_TRUE(eventually([&] { return status().contains("used"); }));
    (void)changed(quotaKey("team"), {"count/secrets=50", "services-"});
    EXPECT_TRUE(eventually([&] {
        const Json now = status();
        return now.value("hard", Json()) == Json({{"count/secrets", "50"}}) &&
               now.value("used", Json::object()).contains("count/secrets") && !now["used"].contains("services");
    })) << status();
}

TEST_F(Quotas, MayBeSetBelowWhatIsUsed)
{
    (void)must(client().create(quota("team", {{"hard", {{"count/configmaps", "20"}}}})));
    for (const char *const name : {"one", "two", "three"})
        (void)must(client().create(configMap(name)));
    const auto used = [&] {
        return must(client().get(quotaKey("team"))).value("/status/used/count~1configmaps"_json_pointer, "");
    };
    ASSERT_TRUE(eventually([&] { return used() != "" && used() != "0"; }));
    (void)changed(quotaKey("team"), {"count/configmaps=1"});
    // Seen by admission a moment later than by us.
    EXPECT_TRUE(eventually([&] {
        const auto answer = ctl::await(client().create(configMap("four")));
        if (answer)
            (void)must(client().remove(configMapKey("four")));
        return !answer && answer.error().message.find("exceeded quota: team") != std::string::npos;
    }));
    EXPECT_TRUE(ctl::await(client().get(configMapKey("one")))); // what is there stays
}

TEST_F(Quotas, WithoutAnyLimitHaveNoList)
{
    (void)must(client().create(quota("team", {{"hard", {{"pods", "5"}}}})));
    const auto change = changedQuota(must(client().get(quotaKey("team"))), {"pods-"});
    const auto edit = std::make_shared<const runbook::EditTask>(change->edit);
    EXPECT_EQ(must(applyEdits(theClient(), quotaKey("team"), edit, false))["spec"], Json::object());
    EXPECT_TRUE(eventually([&] { return must(client().get(quotaKey("team")))["status"].empty(); }));
    (void)changed(quotaKey("team"), {"pods=6"});
}

TEST_F(Quotas, AreMadeOnceAndNeverOverAnothers)
{
    const Json object = changedQuota(operations::newQuota(quotaKey("new")), {"pods=5"})->object;
    const auto creation = std::make_shared<const runbook::EditTask>(operations::creationOf(object));
    (void)must(applyEdits(theClient(), quotaKey("new"), creation, true));
    EXPECT_EQ(mustFail(client().get(quotaKey("new"))).kind, ErrorKind::NotFound);
    (void)must(applyEdits(theClient(), quotaKey("new"), creation, false));
    EXPECT_EQ(must(client().get(quotaKey("new")))["spec"], object["spec"]);
    (void)must(applyEdits(theClient(), quotaKey("new"), creation, false)); // may be repeated
    (void)changed(quotaKey("new"), {"pods=6"});
    EXPECT_EQ(mustFail(applyEdits(theClient(), quotaKey("new"), creation, false)).kind, ErrorKind::AlreadyExists);
    EXPECT_EQ(must(client().get(quotaKey("new")))["spec"]["hard"]["pods"], "6");
}

TEST_F(Quotas, OfAScopeCountOnlyItsPods)
{
    (void)must(client().create(quota("best", {{"hard", {{"pods", "5"}}}, {"scopes", {"BestEffort"}}})));
    (void)must(client().create(quota("sized", {{"hard", {{"pods", "5"}}}, {"scopes", {"NotBestEffort"}}})));
    const auto used = [&](const char *name) {
        return must(client().get(quotaKey(name))).value("/status/used/pods"_json_pointer, "");
    };
    ASSERT_TRUE(eventually([&] { return used("best") == "0" && used("sized") == "0"; }));
    const auto pod = [&](const char *name, const Json &resources) {
        return Json{{"apiVersion", "v1"},
                    {"kind", "Pod"},
                    {"metadata", {{"name", name}, {"namespace", nameSpace().value()}}},
                    {"spec",
                     {{"nodeSelector", {{"nowhere", "at-all"}}},
                      {"containers", {{{"name", "main"}, {"image", "busybox"}, {"resources", resources}}}}}}};
    };
    ASSERT_TRUE(eventually([&] { return bool(ctl::await(client().create(pod("a", Json::object())))); }));
    (void)must(client().create(pod("b", {{"requests", {{"cpu", "1m"}}}})));
    (void)must(client().create(pod("c", {{"limits", {{"memory", "8Mi"}}}})));
    EXPECT_TRUE(eventually([&] { return used("best") == "1" && used("sized") == "2"; }))
        << used("best") << " and " << used("sized");
}

struct QuotaRow
{
    const char *spec;
    std::set<std::string> complaints;
};

TEST_F(Quotas, AreRefusedAtTheField)
{
    const QuotaRow rows[] = {
        {R"({"hard": {"pods": "5", "requests.cpu": "500m", "limits.memory": "0.1Gi"}})", {}},
        {R"({"hard": {"count/widgets.example.com": "1", "requests.nvidia.com/gpu": "4"}})", {}},
        {R"({"hard": {"gold.storageclass.storage.k8s.io/requests.storage": "10Gi", "requests.hugepages-2Mi": "1Gi"}})",
         {}},
        {R"({"hard": {}})", {}},
        {R"({"hard": {"pods": "1.5"}})", {"spec.hard[pods]"}},
        {R"({"hard": {"count/jobs.batch": "1.5", "pods": "1"}})", {"spec.hard[count/jobs.batch]"}},
        {R"({"hard": {"requests.cpu": "-1", "foo": "1"}})", {"spec.hard[foo]", "spec.hard[requests.cpu]"}},
        {R"({"hard": {"pods": "1"}, "scopes": ["Foo"]})", {"spec.scopes"}},
        {R"({"hard": {"services": "1"}, "scopes": ["NotTerminating"]})", {"spec.scopes"}},
        {R"({"hard": {"cpu": "1"}, "scopes": ["BestEffort"]})", {"spec.scopes"}},
        {R"({"hard": {"cpu": "1", "pods": "1"}, "scopes": ["NotBestEffort", "NotTerminating"]})", {}},
        {R"({"hard": {"pods": "1"}, "scopes": ["BestEffort", "NotBestEffort"]})", {"spec.scopes"}},
        {R"({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [
            {"scopeName": "PriorityClass", "operator": "In"}]}})",
         {"spec.scopeSelector.matchExpressions.values"}},
    };
    for (const auto &row : rows)
        EXPECT_EQ(complaints(quota("q", Json::parse(row.spec))), row.complaints) << row.spec;
}

TEST_F(Quotas, LimitRangesAreRefusedAtTheField)
{
    const QuotaRow rows[] = {
        {R"([{"type": "Container", "min": {"cpu": "100m"}, "default": {"cpu": "1"}, "max": {"cpu": "2"}}])", {}},
        {R"([{"type": "Container", "max": {"cpu": "2"}, "min": {"cpu": "0"}, "maxLimitRequestRatio": {"cpu": "3"}}])",
         {}},
        {R"([{"type": "Pod", "max": {"memory": "1Gi"}}, {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}}])",
         {}},
        {R"([{"type": "Container", "defaultRequest": {"cpu": "2"}, "default": {"cpu": "1"}}])",
         {"spec.limits[0].defaultRequest[cpu]"}},
        {R"([{"type": "Container", "min": {"cpu": "1"}, "defaultRequest": {"cpu": "500m"}, "default": {"cpu": "3"},
            "max": {"cpu": "2"}}])",
         {"spec.limits[0].default[cpu]", "spec.limits[0].defaultRequest[cpu]"}},
        {R"([{"type": "Container", "maxLimitRequestRatio": {"memory": "0.5"}}])",
         {"spec.limits[0].maxLimitRequestRatio[memory]"}},
        {R"([{"type": "Container", "min": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "3"}}])",
         {"spec.limits[0].maxLimitRequestRatio[cpu]"}},
        {R"([{"type": "Container", "default": {"example.com/gpu": "2"}, "defaultRequest": {"example.com/gpu": "1"}}])",
         {"spec.limits[0].defaultRequest[example.com/gpu]"}},
        {R"([{"type": "Pod", "max": {"cpu": "2"}, "default": {"cpu": "1"}}])", {"spec.limits[0].default"}},
        {R"([{"type": "PersistentVolumeClaim", "default": {"storage": "1"}}])", {"spec.limits[0].limits"}},
        {R"([{"type": "Container"}, {"type": "Container"}])", {"spec.limits[1].type"}},
        {R"([{"type": "Foo"}])", {"spec.limits[0].type"}},
        {R"([{"type": "Pod", "max": {"foo": "1"}}])", {"spec.limits[0].max[foo]"}},
    };
    for (const auto &row : rows) {
        const Json limits = Json::parse(row.spec);
        EXPECT_EQ(complaints(range("l", limits)), row.complaints) << row.spec;
        // What the form finds by itself are contradictions; never what the server would take.
        EXPECT_TRUE(stack::limitProblems(limits).empty() || !row.complaints.empty()) << row.spec;
    }
}

TEST_F(Quotas, LimitRangesBecomeWhatWasShown)
{
    const auto key = rangeKey("limits");
    const auto made = changedLimits(operations::newLimitRange(key),
                                    {"container.max.cpu=2", "container.min.memory=8 MiB", "pod.max.memory=1.5Gi"});
    ASSERT_TRUE(made) << made.error().describe();
    const auto creation = std::make_shared<const runbook::EditTask>(operations::creationOf(made->object));
    EXPECT_EQ(must(applyEdits(theClient(), key, creation, false))["spec"], made->object["spec"]);
    const Json before = must(client().get(key))["spec"];

    const auto change = changedLimits(
        must(client().get(key)), {"container.default.cpu=1", "container.ratio.cpu=4", "container.default.memory=64Mi"});
    // The default of one core is below the request of two that the server had filled in.
    EXPECT_FALSE(change);
    (void)changed(key, {"container.defaultRequest.cpu=500m", "container.default.cpu=1", "container.ratio.cpu=4"});
    (void)changed(key, {"pvc.max.storage=20 GiB", "pod.max.memory-"});
    EXPECT_EQ(must(client().get(key))["spec"]["limits"], Json::parse(R"([
        {"type": "Container", "min": {"memory": "8Mi"}, "defaultRequest": {"cpu": "500m", "memory": "8Mi"},
         "default": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "4"}},
        {"type": "PersistentVolumeClaim", "max": {"storage": "20Gi"}}])"));
    (void)changed(key, {"pvc.max.storage-", "pod.max.memory=1536Mi", "container.ratio.cpu-", "container.default.cpu=2",
                        "container.request.cpu=2"});
    EXPECT_EQ(must(client().get(key))["spec"], before);
}

} // namespace
} // namespace binnacle::contract

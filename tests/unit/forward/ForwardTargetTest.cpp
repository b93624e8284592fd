// SPDX-License-Identifier: GPL-3.0-or-later
// Which pods, and which of their ports, a target means.
#include "forward/ForwardTarget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::forward {
namespace {

using core::Json;

const core::Namespace nameSpace("shop");

TEST(ForwardTarget, ReadsWhatKubectlReads)
{
    struct Row
    {
        const char *text;
        const char *described; ///< null: refused
        const char *written;
    };
    const Row rows[] = {
        {"pod/web-1", "Pod shop/web-1", "pod/web-1"},
        {"web-1", "Pod shop/web-1", "pod/web-1"},
        {"po/web-1", "Pod shop/web-1", "pod/web-1"},
        {"svc/web", "Service shop/web", "svc/web"},
        {"services/web", "Service shop/web", "svc/web"},
        {"deploy/web", "Deployment shop/web", "deploy/web"},
        {"deployment.apps/web", "Deployment shop/web", "deploy/web"},
        {"statefulset/db", "StatefulSet shop/db", "sts/db"},
        {"ds/agent", "DaemonSet shop/agent", "ds/agent"},
        {"job/once", nullptr, nullptr},
        {"svc/", nullptr, nullptr},
        {"", nullptr, nullptr},
        {"svc/a/b", nullptr, nullptr},
    };
    for (const auto &row : rows) {
        const auto target = targetFromText(row.text, nameSpace);
        ASSERT_EQ(target.has_value(), row.described != nullptr) << row.text;
        if (!target)
            continue;
        EXPECT_EQ(target->describe(), row.described);
        EXPECT_EQ(targetText(*target), row.written);
    }
}

TEST(ForwardTarget, SelectsPodsAsTheApiDoes)
{
    const Json service = {{"spec", {{"selector", {{"app", "web"}, {"tier", "front"}}}}}};
    EXPECT_EQ(podSelector({"", "Service"}, service), "app=web,tier=front");
    EXPECT_EQ(podSelector({"", "Service"}, Json::parse(R"({"spec": {}})")), "");
    const Json deployment = Json::parse(R"({"spec": {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": [
        {"key": "track", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"},
        {"key": "zone", "operator": "NotIn", "values": ["x"]}, {"key": "part", "operator": "Exists"}]}}})");
    EXPECT_EQ(podSelector({"apps", "Deployment"}, deployment), "app=web,track in (a,b),!old,zone notin (x),part");
}

TEST(ForwardTarget, FindsThePortOfThePods)
{
    const Json service = Json::parse(R"({"spec": {"clusterIP": "10.0.0.1", "ports": [
        {"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}, {"name": "admin", "port": 81, "targetPort": "admin"},
        {"name": "plain", "port": 82}, {"name": "dns", "port": 53, "protocol": "UDP"}]}})");
    Json headless = service;
    headless["spec"]["clusterIP"] = "None";
    const Json deployment = Json::parse(R"({"spec": {"template": {"spec": {"containers": [
        {"ports": [{"name": "http", "containerPort": 8080}]}, {"ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}]}]}}}})");
    struct Row
    {
        const char *kind;
        const Json *object;
        const char *remote;
        int number; ///< -1: refused
        const char *name;
    };
    const Row rows[] = {
        {"Service", &service, "80", 8080, ""},      {"Service", &service, "http", 8080, ""},
        {"Service", &service, "81", 0, "admin"},    {"Service", &service, "82", 82, ""},
        {"Service", &service, "8080", -1, ""},      {"Service", &service, "53", -1, ""},
        {"Service", &service, "nothing", -1, ""},   {"Service", &headless, "80", 80, ""},
        {"Deployment", &deployment, "99", 99, ""},  {"Deployment", &deployment, "http", 8080, "http"},
        {"Deployment", &deployment, "dns", -1, ""},
    };
    for (const auto &row : rows) {
        const kube::ObjectKey target{{"", row.kind}, nameSpace, "web"};
        const auto port = podPort(target, *row.object, row.remote);
        ASSERT_EQ(port.has_value(), row.number >= 0) << row.kind << " " << row.remote;
        if (!port) {
            EXPECT_THAT(port.error().next, testing::HasSubstr("80")) << "it says which there are";
            continue;
        }
        EXPECT_EQ(port->number, row.number) << row.kind << " " << row.remote;
        EXPECT_EQ(port->name, row.name) << row.kind << " " << row.remote;
    }
}

kube::RecordPointer pod(const char *name, bool ready, kube::Timestamp created, bool ending = false,
                        kube::PodPhase phase = kube::PodPhase::Running)
{
    auto record = std::make_shared<kube::ObjectRecord>();
    record->meta.name = record->meta.uid = name;
    record->meta.created = created;
    record->meta.deleted = ending ? 1 : 0;
    kube::PodRecord body;
    body.phase = phase;
    kube::Condition condition;
    condition.type = core::SharedString("Ready");
    condition.status = ready ? kube::ConditionStatus::True : kube::ConditionStatus::False;
    body.conditions.push_back(condition);
    record->body = std::move(body);
    return record;
}

TEST(ForwardTarget, ChoosesAPodThatServes)
{
    const auto old = pod("old", true, 1);
    const auto young = pod("young", true, 2);
    const auto unready = pod("unready", false, 3);
    const auto ending = pod("ending", true, 4, true);
    const auto pending = pod("pending", false, 5, false, kube::PodPhase::Pending);
    struct Row
    {
        const char *what;
        std::vector<kube::RecordPointer> pods;
        bool mustBeReady;
        const char *current;
        kube::RecordPointer chosen;
    };
    const Row rows[] = {
        {"none", {}, true, "", nullptr},
        {"the youngest", {old, young}, true, "", young},
        {"the one in use", {old, young}, true, "old", old},
        {"another when the one in use ends", {ending, old}, true, "ending", old},
        {"none that is not ready", {unready, pending, ending}, true, "", nullptr},
        {"a pod that is itself the target need not be ready", {unready}, false, "", unready},
        {"but it must run", {pending}, false, "", nullptr},
    };
    for (const auto &row : rows)
        EXPECT_EQ(choosePod(row.pods, row.mustBeReady, row.current), row.chosen) << row.what;
}

} // namespace
} // namespace binnacle::forward

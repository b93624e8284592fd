// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/AccessRules.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace binnacle::cluster;
using binnacle::core::Json;
using binnacle::core::Namespace;

namespace {

const char *const review = R"({"status":{"incomplete":false,"resourceRules":[
  {"verbs":["get","list"],"apiGroups":[""],"resources":["pods","pods/log"]},
  {"verbs":["*"],"apiGroups":["apps"],"resources":["deployments","*/scale"]},
  {"verbs":["update"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["backend-secrets"]}]}})";

struct Case
{
    const char *verb, *group, *resource, *subresource, *name;
    Verdict verdict;
};

constexpr Case cases[] = {
    {"get", "", "pods", "", "", Verdict::Allowed},
    {"delete", "", "pods", "", "", Verdict::Denied},
    {"get", "", "pods", "log", "", Verdict::Allowed},
    {"create", "", "pods", "exec", "", Verdict::Denied},
    {"patch", "apps", "deployments", "", "backend", Verdict::Allowed},
    {"update", "apps", "statefulsets", "scale", "", Verdict::Allowed},
    {"update", "apps", "statefulsets", "", "", Verdict::Denied},
    {"update", "", "secrets", "", "backend-secrets", Verdict::Allowed},
    {"update", "", "secrets", "", "other", Verdict::Denied},
    {"update", "", "secrets", "", "", Verdict::Denied},
};

TEST(AccessRules, AnswerAsTheAuthorizerWould)
{
    const auto rules = AccessRules::parse(Json::parse(review));
    ASSERT_TRUE(rules);
    for (const auto &row : cases) {
        const AccessQuery query{row.verb, row.group, row.resource, Namespace("demo"), row.name, row.subresource};
        const auto permission = rules->may(query);
        EXPECT_EQ(permission.verdict, row.verdict) << query.describe();
        EXPECT_EQ(permission.why.empty(), row.verdict == Verdict::Allowed) << query.describe();
    }
}

TEST(AccessRules, NeverDenyFromAnIncompleteList)
{
    const auto rules =
        AccessRules::parse(Json::parse(R"({"status":{"incomplete":true,"evaluationError":"webhook down"}})"));
    ASSERT_TRUE(rules);
    const auto permission = rules->may({"get", "", "pods", Namespace("demo"), "", ""});
    EXPECT_EQ(permission.verdict, Verdict::Unknown);
    EXPECT_NE(permission.why.find("webhook down"), std::string::npos);
}

TEST(AccessRules, RefuseAnAnswerWithoutStatus)
{
    EXPECT_FALSE(AccessRules::parse(Json::parse("{}")));
}

} // namespace

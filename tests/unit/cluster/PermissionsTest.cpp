// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Permissions.h"
#include "unit/operations/FakeTransport.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace binnacle;
using cluster::Verdict;
using testing::HasSubstr;

namespace {

constexpr const char *rulesPath = "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
constexpr const char *accessPath = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

const cluster::AccessQuery patchDeployments{"patch", "apps", "deployments", core::Namespace("shop"), {}, {}};
const cluster::AccessQuery getPods{"get", "", "pods", core::Namespace("shop"), {}, {}};

class PermissionsTest : public testing::Test
{
protected:
    PermissionsTest()
    {
        const core::Json served{{"groupVersion", "authorization.k8s.io/v1"}, {"version", "v1"}};
        m_server->answers["GET /apis"]["groups"].push_back({{"name", "authorization.k8s.io"},
                                                            {"versions", core::Json::array({served})},
                                                            {"preferredVersion", served}});
        core::Json resources = core::Json::array();
        for (const auto &[name, kind] : {std::pair("selfsubjectrulesreviews", "SelfSubjectRulesReview"),
                                         std::pair("selfsubjectaccessreviews", "SelfSubjectAccessReview")})
            resources.push_back({{"name", name}, {"kind", kind}, {"namespaced", false}, {"verbs", {"create"}}});
        m_server->answers["GET /apis/authorization.k8s.io/v1"] = {
            {"kind", "APIResourceList"}, {"groupVersion", "authorization.k8s.io/v1"}, {"resources", resources}};
    }

    /// A user who may look at pods, and at nothing else.
    void answerRules(bool incomplete)
    {
        const core::Json rule{{"verbs", {"get", "list"}}, {"apiGroups", {""}}, {"resources", {"pods"}}};
        m_server->answers[rulesPath] = {
            {"kind", "SelfSubjectRulesReview"},
            {"status", {{"resourceRules", core::Json::array({rule})}, {"incomplete", incomplete}}}};
    }

    void settle()
    {
        bool changed = false;
        const auto watching =
            QObject::connect(&m_permissions, &cluster::Permissions::changed, [&changed] { changed = true; });
        QElapsedTimer patience;
        for (patience.start(); !changed && patience.elapsed() < 200;)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
        QObject::disconnect(watching);
    }

    std::size_t askedOf(const char *what) const
    {
        return static_cast<std::size_t>(std::count_if(m_server->writes.begin(), m_server->writes.end(),
                                                      [what](const auto &sent) { return sent.what == what; }));
    }

    std::shared_ptr<operations::FakeTransport> m_server = std::make_shared<operations::FakeTransport>();
    core::ManualClock m_clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
    cluster::Permissions m_permissions{std::make_shared<kube::Client>(m_server), m_clock};
};

TEST_F(PermissionsTest, OneReviewANamespaceAnswersEverything)
{
    answerRules(false);
    m_permissions.load({core::Namespace("shop")});
    m_permissions.load({core::Namespace("shop")});
    settle();
    EXPECT_EQ(m_permissions.may(getPods).verdict, Verdict::Allowed);
    const auto denied = m_permissions.may(patchDeployments);
    EXPECT_EQ(denied.verdict, Verdict::Denied);
    EXPECT_EQ(denied.why, "you may not patch deployments.apps in shop");
    EXPECT_EQ(askedOf(rulesPath), 1U);
    EXPECT_EQ(askedOf(accessPath), 0U);
    m_clock.advance(std::chrono::minutes(11));
    m_permissions.load({core::Namespace("shop")});
    settle();
    EXPECT_EQ(askedOf(rulesPath), 2U);
}

TEST_F(PermissionsTest, WhatTheRulesCannotTellIsAskedOnce)
{
    answerRules(true);
    m_server->answers[accessPath] = {{"kind", "SelfSubjectAccessReview"},
                                     {"status", {{"allowed", false}, {"reason", "the webhook says no"}}}};
    m_permissions.load({core::Namespace("shop")});
    settle();
    EXPECT_EQ(m_permissions.may(patchDeployments).verdict, Verdict::Unknown);
    settle();
    EXPECT_EQ(m_permissions.may(patchDeployments).verdict, Verdict::Denied);
    EXPECT_THAT(m_permissions.may(patchDeployments).why, HasSubstr("the webhook says no"));
    EXPECT_EQ(askedOf(accessPath), 1U);
}

TEST_F(PermissionsTest, AFailedReviewDeniesNothingSaysSoAndIsAskedAgainLater)
{
    m_permissions.load({core::Namespace("shop")});
    settle();
    EXPECT_EQ(m_permissions.may(patchDeployments).verdict, Verdict::Unknown);
    settle();
    const auto unknown = m_permissions.may(patchDeployments);
    EXPECT_EQ(unknown.verdict, Verdict::Unknown);
    EXPECT_THAT(unknown.why, HasSubstr("it is not known whether you may patch deployments.apps in shop"));
    EXPECT_EQ(askedOf(accessPath), 1U);
    m_server->answers[accessPath] = {{"kind", "SelfSubjectAccessReview"}, {"status", {{"allowed", true}}}};
    m_clock.advance(std::chrono::seconds(31));
    EXPECT_EQ(m_permissions.may(patchDeployments).verdict, Verdict::Unknown);
    settle();
    EXPECT_EQ(m_permissions.may(patchDeployments).verdict, Verdict::Allowed);
}

} // namespace

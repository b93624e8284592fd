// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/KubeExecutor.h"
#include "FakeTransport.h"

#include <QByteArray>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace binnacle;
using namespace binnacle::operations;
using runbook::Action;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

constexpr const char *deploymentPath = "/apis/apps/v1/namespaces/shop/deployments/web";
constexpr const char *secretPath = "/api/v1/namespaces/shop/secrets/passwords";

core::Json deployment(int replicas, const char *version = "7")
{
    return {{"apiVersion", "apps/v1"},
            {"kind", "Deployment"},
            {"metadata", {{"name", "web"}, {"namespace", "shop"}, {"uid", "u-web"}, {"resourceVersion", version}}},
            {"spec", {{"replicas", replicas}}}};
}

core::Json secret(core::Json data)
{
    return {{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", "passwords"}, {"namespace", "shop"}, {"uid", "u-s"}, {"resourceVersion", "41"}}},
            {"data", std::move(data)}};
}

runbook::Task applyTask(const char *kind, const char *apiVersion, core::Json manifest)
{
    return {{{kind == std::string("Deployment") ? "apps" : "autoscaling", kind}, core::Namespace("shop"), "web"},
            apiVersion,
            0,
            runbook::ApplyTask{std::make_shared<const core::Json>(std::move(manifest))},
            {}};
}

class KubeExecutorTest : public testing::Test
{
protected:
    std::shared_ptr<FakeTransport> m_server = std::make_shared<FakeTransport>();
    std::shared_ptr<kube::Client> m_client = std::make_shared<kube::Client>(m_server);
    core::SeededRandom m_random{1};
    SecretValues m_values;

    core::Result<runbook::Applied> run(const runbook::Plan &plan, const runbook::Task &task)
    {
        KubeExecutor executor(m_client, m_random, std::move(m_values));
        auto previous = executor.prepare(plan, task, {});
        previous.waitForFinished();
        if (!previous.result())
            return core::fail(previous.result().error());
        auto applied = executor.execute(plan, task, *previous.result(), {});
        applied.waitForFinished();
        return applied.result();
    }

    /// A deployment of 2, and an autoscaler for `scaled`.
    static runbook::Plan autoscaled(const char *scaled)
    {
        core::Json manifest = deployment(2);
        manifest["metadata"] = {{"name", "web"}, {"namespace", "shop"}};
        const core::Json autoscaler{{"apiVersion", "autoscaling/v2"},
                                    {"kind", "HorizontalPodAutoscaler"},
                                    {"metadata", {{"name", "web"}}},
                                    {"spec", {{"scaleTargetRef", {{"kind", "Deployment"}, {"name", scaled}}}}}};
        runbook::Plan plan;
        plan.steps.resize(1);
        plan.steps[0].tasks = {applyTask("Deployment", "apps/v1", manifest),
                               applyTask("HorizontalPodAutoscaler", "autoscaling/v2", autoscaler)};
        return plan;
    }

    static runbook::Task secretTask()
    {
        using Source = runbook::SecretTask::Key::Source;
        runbook::SecretTask work;
        work.keys = {{"PASSWORD", Source::Generate, 32, {}, false},
                     {"URL", Source::Value, 0, "http://db", false},
                     {"API_KEY", Source::Prompt, 0, {}, true}};
        return {{{"", "Secret"}, core::Namespace("shop"), "passwords"}, "v1", 0, work, {}};
    }
};

} // namespace

TEST_F(KubeExecutorTest, AutoscaledReplicasAreLeftAlone)
{
    const auto written = std::string("PATCH ") + deploymentPath;
    struct Case
    {
        const char *what;
        const char *scaled; // whom the autoscaler scales
        bool exists;
        int dryRun; // replicas in the server's answer to the dry run
        core::Json sent;
    };
    const std::vector<Case> cases{
        {"the autoscaler owns the number", "web", true, 5, nullptr},
        {"we own it still, and leaving it out would reset it", "web", true, 1, 5},
        {"it is new", "web", false, 0, 2},
        {"another one is scaled", "worker", true, 0, 2},
    };
    for (const Case &row : cases) {
        SCOPED_TRACE(row.what);
        m_server->writes.clear();
        m_server->answers.erase(std::string("GET ") + deploymentPath);
        if (row.exists)
            m_server->answers[std::string("GET ") + deploymentPath] = deployment(5);
        m_server->answers[written + "?dryRun"] = deployment(row.dryRun);
        m_server->answers[written] = deployment(5, "8");
        const auto plan = autoscaled(row.scaled);
        const auto applied = run(plan, plan.steps[0].tasks[0]);
        ASSERT_TRUE(applied) << applied.error().describe();
        ASSERT_FALSE(m_server->writes.empty());
        EXPECT_EQ(m_server->writes.back().what, written);
        EXPECT_EQ(m_server->writes.back().body.value("/spec/replicas"_json_pointer, core::Json()), row.sent);
        EXPECT_EQ(applied->action, row.exists ? Action::Unchanged : Action::Created);
    }
}

TEST_F(KubeExecutorTest, SecretThatIsMissingIsMadeWithGeneratedValues)
{
    m_server->answers["POST /api/v1/namespaces/shop/secrets"] = secret({});
    const auto applied = run({}, secretTask());
    ASSERT_TRUE(applied) << applied.error().describe();
    EXPECT_EQ(applied->action, Action::Created);
    ASSERT_EQ(m_server->writes.size(), 1U);
    const auto &data = m_server->writes[0].body.at("data");
    const auto password = QByteArray::fromBase64(QByteArray::fromStdString(data.at("PASSWORD")));
    EXPECT_EQ(password.size(), 32);
    EXPECT_EQ(data.at("URL"), "aHR0cDovL2Ri");
    EXPECT_FALSE(data.contains("API_KEY")) << "optional, and not entered";
    EXPECT_THAT(applied->diff, Not(HasSubstr(data.at("PASSWORD").get<std::string>())));
    EXPECT_THAT(applied->diff, Not(HasSubstr(password.toStdString())));
}

TEST_F(KubeExecutorTest, SecretKeysThatAreThereAreNeverTouched)
{
    m_server->answers[std::string("GET ") + secretPath] = secret({{"PASSWORD", "b2xk"}, {"URL", "b2xk"}});
    const auto applied = run({}, secretTask());
    ASSERT_TRUE(applied) << applied.error().describe();
    EXPECT_EQ(applied->action, Action::Unchanged);
    EXPECT_THAT(m_server->writes, IsEmpty());
}

TEST_F(KubeExecutorTest, OnlyTheMissingKeysOfASecretAreAdded)
{
    m_server->answers[std::string("GET ") + secretPath] = secret({{"PASSWORD", "b2xk"}});
    m_server->answers[std::string("PATCH ") + secretPath] = secret({{"PASSWORD", "b2xk"}, {"URL", "aHR0cDovL2Ri"}});
    m_values.set(secretTask().object, "API_KEY", core::SecretString("entered"));
    const auto applied = run({}, secretTask());
    ASSERT_TRUE(applied) << applied.error().describe();
    ASSERT_EQ(m_server->writes.size(), 1U);
    const auto &body = m_server->writes[0].body;
    EXPECT_EQ(body.at("data"), (core::Json{{"URL", "aHR0cDovL2Ri"}, {"API_KEY", "ZW50ZXJlZA=="}}));
    EXPECT_EQ(body.at("metadata").at("resourceVersion"), "41") << "nobody else's key may be overwritten";
}

TEST_F(KubeExecutorTest, WhatOnlyTheOperatorKnowsIsNeverMadeUp)
{
    auto task = secretTask();
    std::get<runbook::SecretTask>(task.work).keys[2].optional = false;
    const auto applied = run({}, task);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, core::ErrorKind::Usage);
    EXPECT_THAT(applied.error().message, HasSubstr("API_KEY"));
    EXPECT_EQ(applied.error().object, "Secret shop/passwords");
    EXPECT_THAT(m_server->writes, IsEmpty());
}

TEST_F(KubeExecutorTest, NothingIsWrittenIntoAnObjectThatIsGoingAway)
{
    auto live = deployment(5);
    live["metadata"]["deletionTimestamp"] = "2026-01-31T12:00:00Z";
    m_server->answers[std::string("GET ") + deploymentPath] = live;
    const auto plan = autoscaled("web");
    const auto applied = run(plan, plan.steps[0].tasks[0]);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, core::ErrorKind::Conflict);
    EXPECT_THAT(m_server->writes, IsEmpty());
}

TEST_F(KubeExecutorTest, AnotherObjectOfTheSameNameIsNotDeleted)
{
    m_server->answers[std::string("GET ") + deploymentPath] = deployment(5);
    runbook::Task task = autoscaled("web").steps[0].tasks[0];
    task.work = runbook::DeleteTask{core::Uid("u-ours")};
    const auto applied = run({}, task);
    ASSERT_TRUE(applied) << applied.error().describe();
    EXPECT_THAT(m_server->writes, IsEmpty());
    m_server->answers[std::string("DELETE ") + deploymentPath] = {{"kind", "Status"}, {"status", "Success"}};
    task.work = runbook::DeleteTask{core::Uid("u-web")};
    const auto deleted = run({}, task);
    ASSERT_TRUE(deleted) << deleted.error().describe();
    EXPECT_EQ(deleted->action, Action::Deleted);
    ASSERT_EQ(m_server->writes.size(), 1U);
    EXPECT_EQ(m_server->writes[0].body.at("preconditions").at("uid"), "u-web");
    EXPECT_EQ(m_server->writes[0].body.at("propagationPolicy"), "Foreground");
}

TEST_F(KubeExecutorTest, RestartOnlyTouchesTheAnnotationAndNeverAPausedRollout)
{
    runbook::Task task = autoscaled("web").steps[0].tasks[0];
    task.work = runbook::RestartTask{"2026-01-31T12:00:00Z"};
    m_server->answers[std::string("GET ") + deploymentPath] = deployment(5);
    m_server->answers[std::string("PATCH ") + deploymentPath] = deployment(5, "8");
    const auto applied = run({}, task);
    ASSERT_TRUE(applied) << applied.error().describe();
    ASSERT_EQ(m_server->writes.size(), 1U);
    EXPECT_EQ(m_server->writes[0].body, core::Json::parse(R"({"spec":{"template":{"metadata":{"annotations":
        {"kubectl.kubernetes.io/restartedAt":"2026-01-31T12:00:00Z"}}}}})"));

    auto paused = deployment(5);
    paused["spec"]["paused"] = true;
    m_server->answers[std::string("GET ") + deploymentPath] = paused;
    const auto refused = run({}, task);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, core::ErrorKind::Conflict);
    m_server->answers.erase(std::string("GET ") + deploymentPath);
    const auto missing = run({}, task);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, core::ErrorKind::NotFound);
    EXPECT_EQ(m_server->writes.size(), 1U);
}

TEST_F(KubeExecutorTest, DeletePropagatesAsChosen)
{
    m_server->answers[std::string("GET ") + deploymentPath] = deployment(5);
    m_server->answers[std::string("DELETE ") + deploymentPath] = {{"kind", "Status"}, {"status", "Success"}};
    runbook::Task task = autoscaled("web").steps[0].tasks[0];
    const std::vector<std::pair<runbook::Dependents, const char *>> cases{
        {runbook::Dependents::ByKind, "Foreground"},
        {runbook::Dependents::Background, "Background"},
        {runbook::Dependents::Foreground, "Foreground"},
        {runbook::Dependents::Orphan, "Orphan"},
    };
    for (const auto &[dependents, sent] : cases) {
        m_server->writes.clear();
        task.work = runbook::DeleteTask{core::Uid("u-web"), dependents};
        ASSERT_TRUE(run({}, task));
        ASSERT_EQ(m_server->writes.size(), 1U);
        EXPECT_EQ(m_server->writes[0].body.at("propagationPolicy"), sent);
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/JournalText.h"

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QDir>
#include <QFileInfo>
#include <QtGlobal>

namespace binnacle::runbook {

namespace {

core::Json placeOf(const Plan &plan, TaskIndex at)
{
    const Step &step = plan.steps[at.step];
    return {{"step", step.id}, {"object", step.tasks[at.task].object.describe()}};
}

Action actionOf(const std::string &text)
{
    for (const Action action : {Action::Created, Action::Changed, Action::Unchanged, Action::Deleted, Action::Failed}) {
        if (text == toString(action))
            return action;
    }
    return Action::None;
}

} // namespace

std::string dump(const core::Json &json)
{
    // An object may hold bytes that are no UTF-8 (a server's message); the journal must never fail on them.
    return json.dump(-1, ' ', false, core::Json::error_handler_t::replace);
}

core::Json parse(const std::string &text)
{
    return core::Json::parse(text);
}

std::string operatorName()
{
    for (const char *variable : {"USER", "LOGNAME", "USERNAME"}) {
        if (const QByteArray name = qgetenv(variable); !name.isEmpty())
            return name.toStdString();
    }
    // Where the session sets none (cron, containers), the account is still known by what it owns.
    const QString owner = QFileInfo(QDir::homePath()).owner();
    return owner.isEmpty() ? "unknown" : owner.toStdString();
}

core::Json whoRecord()
{
    return {{"who", operatorName()}};
}

core::Json intentRecord(const Plan &plan, TaskIndex at, const Previous &previous, const std::string &kubectl)
{
    core::Json body = placeOf(plan, at);
    body["kubectl"] = kubectl;
    body["existed"] = previous.existed;
    body["uid"] = previous.uid.value();
    body["resourceVersion"] = previous.resourceVersion.value();
    if (previous.object)
        body["previous"] = withoutSecretValues(*previous.object);
    if (!previous.secretKeys.empty())
        body["secretKeys"] = previous.secretKeys;
    return body;
}

core::Json outcomeRecord(const Plan &plan, TaskIndex at, const Applied &applied)
{
    core::Json body = placeOf(plan, at);
    body["action"] = toString(applied.action);
    body["uid"] = applied.uid.value();
    body["generation"] = applied.generation;
    body["resourceVersion"] = applied.resourceVersion.value();
    body["diff"] = applied.diff;
    return body;
}

core::Json failureRecord(const Plan &plan, TaskIndex at, const core::Error &error)
{
    core::Json body = placeOf(plan, at);
    body["action"] = toString(Action::Failed);
    body["error"] = error.describe();
    return body;
}

Previous previousFrom(const core::Json &body)
{
    Previous previous{.existed = body.value("existed", false),
                      .object = {},
                      .uid = core::Uid(body.value("uid", "")),
                      .resourceVersion = core::ResourceVersion(body.value("resourceVersion", "")),
                      .secretKeys = body.value("secretKeys", std::vector<std::string>())};
    if (const auto object = body.find("previous"); object != body.end())
        previous.object = std::make_shared<const core::Json>(*object);
    return previous;
}

Applied appliedFrom(const core::Json &body)
{
    return {.action = actionOf(body.value("action", "")),
            .uid = core::Uid(body.value("uid", "")),
            .generation = body.value("generation", std::int64_t{0}),
            .resourceVersion = core::ResourceVersion(body.value("resourceVersion", "")),
            .diff = body.value("diff", "")};
}

Applied mergeOutcome(const std::optional<Applied> &first, Applied last)
{
    if (first && first->uid == last.uid && last.action == Action::Unchanged)
        last.action = first->action;
    return last;
}

AuditEntry auditFrom(const core::Json &body, const std::string &startedBy)
{
    AuditEntry entry;
    entry.who = body.value("who", startedBy);
    entry.step = body.value("step", "");
    entry.object = body.value("object", "");
    entry.action = body.value("action", body.value("outcome", ""));
    entry.kubectl = body.value("kubectl", "");
    entry.diff = body.value("diff", "");
    entry.error = body.value("error", "");
    return entry;
}

Outcome outcomeOf(const std::string &text)
{
    for (const Outcome outcome : {Outcome::Done, Outcome::Failed, Outcome::Cancelled, Outcome::TimedOut}) {
        if (text == toString(outcome))
            return outcome;
    }
    return Outcome::Running;
}

std::int64_t toMilliseconds(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::chrono::system_clock::time_point fromMilliseconds(std::int64_t milliseconds)
{
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

} // namespace binnacle::runbook

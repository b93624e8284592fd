// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/RotationForms.h"

#include "core/WhenFinished.h"
#include "gui/ClusterSession.h"
#include "gui/forms/FormHost.h"
#include "kube/Client.h"
#include "operations/Rotation.h"
#include "widgets/common/Background.h"
#include "widgets/rotation/RotationDialog.h"
#include "widgets/theme/Text.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using runbook::RotationSubject;
using widgets::toQt;

namespace {

const core::GroupKind secretKind{"", "Secret"};

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(binnacle::gui::RotationForms)
};

bool isSecretOrServer(const core::GroupKind &kind)
{
    return kind == secretKind || kind == core::GroupKind{"apps", "StatefulSet"} ||
           kind == core::GroupKind{"apps", "Deployment"};
}

/// The stack's keys that open a database, each with it.
std::vector<RotationSubject> passwordsOf(const ClusterSession &session)
{
    std::vector<RotationSubject> subjects;
    if (!session.stack())
        return subjects;
    const auto &stack = *session.stack();
    for (const auto &secret : stack.secrets) {
        for (const auto &key : secret.keys) {
            const auto component =
                std::find_if(stack.components.begin(), stack.components.end(),
                             [&](const stack::Component &each) { return each.id == key.opens.component; });
            if (component == stack.components.end())
                continue;
            RotationSubject subject;
            subject.secret = {secretKind, secret.nameSpace, secret.name};
            subject.key = key.name;
            subject.length = key.length;
            subject.workload = component->workload;
            subject.role = key.opens.role;
            subject.database = key.opens.database;
            subjects.push_back(std::move(subject));
        }
    }
    return subjects;
}

QString refusalFor(const ClusterSession &session, const kube::ObjectKey &object)
{
    if (object.kind == secretKind)
        return {};
    const auto passwords = passwordsOf(session);
    const bool opened = std::any_of(passwords.begin(), passwords.end(),
                                    [&](const RotationSubject &each) { return each.workload == object; });
    return opened ? QString() : Texts::tr("The stack names no password that opens it. Select a Secret instead.");
}

void showDialog(FormHost &host, widgets::RotationDialog *dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    host.follow(dialog);
    // It cannot be closed while it runs; without the connection it cannot run.
    QObject::connect(&host, &QObject::destroyed, dialog, [dialog] { delete dialog; });
    dialog->show();
}

std::vector<kube::ObjectKey> objectsOf(const RotationSubject &subject)
{
    // The gates look at workloads; everything else is asked for.
    return {{{"apps", "Deployment"}, subject.secret.nameSpace, {}},
            {{"apps", "StatefulSet"}, subject.secret.nameSpace, {}},
            {{"apps", "DaemonSet"}, subject.secret.nameSpace, {}},
            {{"", "Pod"}, subject.secret.nameSpace, {}}};
}

void openFor(FormHost &host, std::vector<RotationSubject> subjects)
{
    const auto &first = subjects.front();
    const auto environment = host.runbookEnvironment(objectsOf(first));
    const QString forbidden = host.forbidden("patch", first.secret);
    showDialog(host, new widgets::RotationDialog(environment, std::move(subjects), forbidden, host.window()));
}

void openForSecret(FormHost &host, const kube::ObjectKey &secret)
{
    core::whenFinished(host.client()->get(secret), &host, [&host, secret](const core::Result<core::Json> &live) {
        if (!live) {
            emit host.reported(toQt(live.error().describe()), true);
            return;
        }
        const auto passwords = passwordsOf(host.session());
        std::vector<RotationSubject> subjects;
        const core::Json data = live->value("data", core::Json::object());
        for (const auto &[key, value] : data.items()) {
            const auto known =
                std::find_if(passwords.begin(), passwords.end(), [&, &name = key](const RotationSubject &each) {
                    return each.secret == secret && each.key == name;
                });
            RotationSubject subject;
            subject.secret = secret;
            subject.key = key;
            subjects.push_back(known == passwords.end() ? subject : *known);
        }
        if (subjects.empty())
            emit host.reported(Texts::tr("%1 has no keys.").arg(toQt(secret.describe())), true);
        else
            openFor(host, std::move(subjects));
    });
}

void rotate(FormHost &host, const kube::ObjectKey &object)
{
    if (object.kind == secretKind)
        return openForSecret(host, object);
    auto subjects = passwordsOf(host.session());
    std::erase_if(subjects, [&](const RotationSubject &each) { return !(each.workload == object); });
    if (!subjects.empty())
        openFor(host, std::move(subjects));
}

using Plans = core::Result<std::vector<runbook::Plan>>;

/// Rotations that were interrupted, but for those that a process is at.
Plans interrupted(const widgets::DeployController::Environment &environment)
{
    const auto journal = runbook::Journal::open(environment.journal, *environment.clock);
    if (!journal)
        return core::fail(journal.error());
    auto plans = operations::unfinishedRotations(**journal, environment.target);
    if (plans)
        std::erase_if(*plans,
                      [&](const runbook::Plan &plan) { return !(*journal)->lock(environment.target, plan.stack); });
    return plans;
}

void openPlan(FormHost &host, const runbook::Plan &plan)
{
    const auto &subject = *operations::subjectOf(plan);
    showDialog(host, new widgets::RotationDialog(host.runbookEnvironment(objectsOf(subject)), plan,
                                                 host.forbidden("patch", subject.secret), host.window()));
}

} // namespace

std::vector<FormAction> rotationForms()
{
    return {{{u"rotate"_s,
              Texts::tr("Change the selected thing"),
              Texts::tr("Rotate…"),
              {QKeySequence(u"Ctrl+Shift+K"_s)},
              u"secret"_s,
              Texts::tr("Gives a password or key a new value everywhere, and proves that only that one works")},
             isSecretOrServer,
             Texts::tr("Only Secrets, and what a key of the stack opens, can be rotated."),
             "patch",
             rotate,
             refusalFor}};
}

void offerInterruptedRotations(FormHost &host)
{
    core::whenFinished(
        widgets::inBackground([environment = host.runbookEnvironment({})] { return interrupted(environment); }), &host,
        [&host](const Plans &plans) {
            if (plans && !plans->empty()) // one after the other: the next connection offers the next
                openPlan(host, plans->front());
        });
}

void openInterruptedRotation(FormHost &host, const std::string &runbook)
{
    core::whenFinished(
        widgets::inBackground([environment = host.runbookEnvironment({})] { return interrupted(environment); }), &host,
        [&host, runbook](const Plans &plans) {
            if (!plans) {
                emit host.reported(toQt(plans.error().describe()), true);
                return;
            }
            const auto found = std::find_if(plans->begin(), plans->end(),
                                            [&](const runbook::Plan &plan) { return plan.id == runbook; });
            if (found != plans->end())
                openPlan(host, *found);
            else
                emit host.reported(
                    Texts::tr("%1 was put back or ended since, or runs in another window.").arg(toQt(runbook)), false);
        });
}

} // namespace binnacle::gui

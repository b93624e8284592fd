// SPDX-License-Identifier: GPL-3.0-or-later
#include "RotateCommand.h"

#include "Await.h"
#include "Confirmation.h"
#include "PlanMaking.h"
#include "RunbookRun.h"
#include "StackArguments.h"
#include "operations/Preview.h"
#include "operations/Rotation.h"
#include "runbook/Journal.h"
#include "stack/Stack.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

const kube::ObjectKey *workloadOf(const stack::Stack &stack, const std::string &component)
{
    const auto found = std::find_if(stack.components.begin(), stack.components.end(),
                                    [&](const stack::Component &each) { return each.id == component; });
    return found == stack.components.end() ? nullptr : &found->workload;
}

core::Result<kube::ObjectKey> workloadNamed(const std::string &text, const core::Namespace &nameSpace)
{
    const auto slash = text.find('/');
    const auto kind = text.substr(0, slash);
    for (const char *known : {"StatefulSet", "Deployment", "DaemonSet"}) {
        const bool same = std::equal(kind.begin(), kind.end(), known, known + std::string_view(known).size(),
                                     [](char a, char b) { return std::tolower(a) == std::tolower(b); });
        if (same && slash != std::string::npos)
            return kube::ObjectKey{{"apps", known}, nameSpace, text.substr(slash + 1)};
    }
    return core::fail(core::ErrorKind::Usage, "\"" + text + "\" is no workload", "write it as statefulset/NAME");
}

/// All of a file, or of standard input, but for the end of its last line.
core::Result<core::SecretString> readValue(const std::string &path)
{
    std::ifstream file;
    if (path != "-")
        file.open(path, std::ios::binary);
    std::istream &input = path == "-" ? std::cin : file;
    std::string text((std::istreambuf_iterator<char>(input)), std::istreambuf_iterator<char>());
    if (!text.empty() && text.back() == '\n')
        text.pop_back();
    if (input.bad() || (path != "-" && !file.is_open()) || text.empty()) {
        auto error = core::makeError(core::ErrorKind::Io, text.empty() ? "holds no value" : "cannot be read",
                                     "check the path and its permissions");
        error.object = path == "-" ? "standard input" : path;
        return core::fail(std::move(error));
    }
    return core::SecretString(std::move(text));
}

core::Result<std::unique_ptr<runbook::Journal>> openJournal(const Environment &environment)
{
    return runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
}

core::Result<void> runPlan(const Environment &environment, const ClusterSession &session, runbook::Plan plan,
                           operations::SecretValues values)
{
    const auto pointer = std::make_shared<const runbook::Plan>(std::move(plan));
    return RunbookRun(environment, session).run([&](operations::RunbookSession &run) {
        run.start(pointer, std::move(values));
    });
}

} // namespace

CLI::App *RotateCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("rotate", "Replace a password or key everywhere it is used, or put it back");
    command->add_option("WHAT", m_what,
                        "A component of the stack whose password it is (postgres), a key of one of the stack's "
                        "secrets (JWT_SECRET_KEY), or SECRET/KEY in the namespace of -n");
    command->get_option("WHAT")->required();
    command->add_option("--stack", m_stack, "The stack that names components and secrets")->capture_default_str();
    command->add_option("--workload", m_workload, "For SECRET/KEY: the PostgreSQL server it opens, statefulset/NAME");
    command->add_option("--container", m_container, "The container of the server; else the pod's default one");
    command->add_option("--role", m_role, "For --workload: the role")->capture_default_str();
    command->add_option("--database", m_database, "For --workload: a database that the role may enter")
        ->capture_default_str();
    auto *const length = command->add_option("--length", m_length, "Characters of the new value, which is made here");
    length->check(CLI::Range(12, 256))->capture_default_str();
    command
        ->add_option("--value-file", m_valueFile,
                     "File with the new value, as of a key that somebody else issued; - is standard input")
        ->excludes(length);
    command->add_flag("--leave-pods", m_leavePods,
                      "Go on even if pods use the value that no workload would replace; replace them by hand");
    auto *const resume = command->add_flag("--resume", m_resume, "Go on with an interrupted rotation");
    command->add_flag("--revert", m_revert, "Put the old value of an interrupted rotation back")->excludes(resume);
    return command;
}

core::Result<runbook::RotationSubject> RotateCommand::subject() const
{
    return m_what.find('/') == std::string::npos ? subjectOfStack()
                                                 : core::Result<runbook::RotationSubject>(runbook::RotationSubject());
}

core::Result<runbook::RotationSubject> RotateCommand::subjectOfStack() const
{
    const auto stack = stack::loadStack(m_stack);
    if (!stack)
        return core::fail(asContentError(stack.error()));
    for (const auto &secret : stack->secrets) {
        for (const auto &key : secret.keys) {
            if (key.name != m_what && key.opens.component != m_what)
                continue;
            runbook::RotationSubject subject;
            subject.secret = {{"", "Secret"}, secret.nameSpace, secret.name};
            subject.key = key.name;
            subject.length = m_valueFile.empty() ? m_length : 0;
            subject.container = m_container;
            if (const auto *workload = workloadOf(*stack, key.opens.component)) {
                subject.workload = *workload;
                subject.role = key.opens.role;
                subject.database = key.opens.database;
            }
            return subject;
        }
    }
    return core::fail(core::ErrorKind::Usage,
                      "stack " + m_stack + " has no secret key \"" + m_what +
                          "\" and no component of that name that one opens",
                      "name a key of its secrets, or SECRET/KEY with -n");
}

core::Result<void> RotateCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    auto about = subject();
    if (!about)
        return core::fail(std::move(about.error()));
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    if (const auto slash = m_what.find('/'); slash != std::string::npos) {
        about->secret = {{"", "Secret"}, session->nameSpace, m_what.substr(0, slash)};
        about->key = m_what.substr(slash + 1);
        about->length = m_valueFile.empty() ? m_length : 0;
        if (!m_workload.empty()) {
            const auto workload = workloadNamed(m_workload, session->nameSpace);
            if (!workload)
                return core::fail(workload.error());
            about->workload = *workload;
            about->container = m_container;
            about->role = m_role;
            about->database = m_database;
        }
    }
    if (const auto discovery = await(session->client->discover()); !discovery)
        return core::fail(discovery.error());
    return m_resume || m_revert ? goOn(environment, *session, *about) : begin(environment, *session, *about);
}

core::Result<operations::SecretValues> RotateCommand::values(const runbook::RotationSubject &subject) const
{
    operations::SecretValues values;
    if (m_valueFile.empty())
        return values;
    auto value = readValue(m_valueFile);
    if (!value)
        return core::fail(std::move(value.error()));
    values.set(subject.secret, subject.key, std::move(*value));
    return values;
}

core::Result<void> RotateCommand::begin(const Environment &environment, const ClusterSession &session,
                                        const runbook::RotationSubject &subject) const
{
    auto given = values(subject);
    if (!given)
        return core::fail(std::move(given.error()));
    {
        const auto journal = openJournal(environment);
        if (!journal)
            return core::fail(journal.error());
        // Where somebody has deleted what was kept of it, there is nothing to go on with: the new rotation checks first
        // that the present value works.
        const auto staged = await(operations::stagedRotation(session.client, subject.secret));
        const bool forgotten = !staged && staged.error().kind == core::ErrorKind::NotFound;
        if (const auto open = operations::unfinishedRotation(**journal, session.target(), subject);
            open && !forgotten) {
            const auto revertible = operations::canTakeBack(**journal, *open);
            if (revertible && *revertible)
                return core::fail(core::ErrorKind::Conflict, "an earlier rotation of it was interrupted: " + open->id,
                                  "run the same command with --resume to go on, or with --revert to go back");
        }
    }
    const auto left = m_leavePods ? operations::LeftBehind::Allowed : operations::LeftBehind::Refused;
    const auto consumers = await(operations::rotationConsumers(session.client, subject, left));
    if (!consumers)
        return core::fail(consumers.error());
    auto made = operations::rotationPlan(subject, *consumers, session.target(), environment.clock, environment.random);
    if (!made)
        return core::fail(std::move(made.error()));
    const auto plan = std::make_shared<const runbook::Plan>(std::move(*made));
    const auto missing = await(operations::missingPermissions(session.client, plan));
    if (!missing)
        return core::fail(missing.error());
    if (!missing->empty())
        return core::fail(operations::permissionError(*missing));
    if (!environment.options.yes)
        environment.console.message(describePlan(environment.console, *plan));
    if (auto confirmed = confirm(environment, session, plan->title + "?"); !confirmed)
        return confirmed;
    auto done = runPlan(environment, session, *plan, std::move(*given));
    if (done)
        return done;
    return core::fail(afterFailure(environment, session, *plan, std::move(done.error())));
}

core::Error RotateCommand::afterFailure(const Environment &environment, const ClusterSession &session,
                                        const runbook::Plan &rotation, core::Error error) const
{
    if (!operations::isTakenBackAfter(error)) {
        error.next = "run the same command with --resume to go on, or with --revert to go back, when the cluster can "
                     "be reached again";
        return error;
    }
    std::optional<runbook::Plan> back;
    {
        const auto journal = openJournal(environment);
        if (!journal)
            return error;
        if (!(*journal)->runbook(rotation.id)) // nothing was begun
            return error;
        auto made = operations::rotationRevertPlan(**journal, rotation, session.target(), environment.clock,
                                                   environment.random);
        if (!made) {
            error.next = made.error().message + ". Run the same command with --resume";
            return error;
        }
        back = std::move(*made);
    }
    const bool nothing = operations::changesNothing(*back);
    if (!nothing)
        environment.console.message("Putting the old value back: " + error.message);
    const auto reverted = runPlan(environment, session, *std::move(back), {});
    if (!reverted)
        error.next = "putting the old value back failed too: " + reverted.error().message +
                     ". Remove the cause, then run the same command with --revert";
    else if (nothing)
        error.next += (error.next.empty() ? "" : "; ") + std::string("nothing was changed");
    else
        error.next = "the old value is back everywhere and was proven to work; remove the cause, then rotate again";
    return error;
}

core::Result<void> RotateCommand::goOnElsewhere(const Environment &environment, const ClusterSession &session,
                                                const runbook::RotationSubject &subject, core::Error none) const
{
    const auto staged = await(operations::stagedRotation(session.client, subject.secret));
    if (!staged || staged->subject.key != subject.key)
        return core::fail(std::move(none));
    if (!m_revert)
        return core::fail(core::ErrorKind::Conflict,
                          "the rotation " + staged->rotation + " was begun on another computer, whose journal knows it",
                          "go on with it there; or put the old value back with --revert, when it does not run there");
    const auto consumers =
        await(operations::rotationConsumers(session.client, staged->subject, operations::LeftBehind::Allowed));
    if (!consumers)
        return core::fail(consumers.error());
    auto back =
        operations::rotationRevertPlan(*staged, *consumers, session.target(), environment.clock, environment.random);
    if (!back)
        return core::fail(std::move(back.error()));
    if (auto confirmed = confirm(environment, session, back->title + ", which was begun on another computer?");
        !confirmed)
        return confirmed;
    return runPlan(environment, session, *std::move(back), {});
}

core::Result<void> RotateCommand::goOn(const Environment &environment, const ClusterSession &session,
                                       const runbook::RotationSubject &subject) const
{
    auto given = values(subject);
    if (!given)
        return core::fail(std::move(given.error()));
    std::optional<runbook::Plan> back;
    std::optional<core::Error> none;
    std::optional<runbook::Plan> open;
    {
        const auto journal = openJournal(environment);
        if (!journal)
            return core::fail(journal.error());
        auto found = operations::unfinishedRotation(**journal, session.target(), subject);
        if (found)
            open = std::move(*found);
        else
            none = std::move(found.error());
        if (open && m_revert) {
            auto made = operations::rotationRevertPlan(**journal, *open, session.target(), environment.clock,
                                                       environment.random);
            if (!made)
                return core::fail(std::move(made.error()));
            back = std::move(*made);
        }
    }
    if (none && none->kind == core::ErrorKind::NotFound)
        return goOnElsewhere(environment, session, subject, *std::move(none));
    if (none)
        return core::fail(*std::move(none));
    if (auto confirmed = confirm(environment, session, (m_revert ? "Take back " : "Go on with ") + open->title + "?");
        !confirmed)
        return confirmed;
    if (back)
        return runPlan(environment, session, *std::move(back), {});
    return RunbookRun(environment, session).run([&](operations::RunbookSession &run) {
        run.resume(session.target(), open->stack, open->id, {}, std::move(*given));
    });
}

} // namespace binnacle::ctl

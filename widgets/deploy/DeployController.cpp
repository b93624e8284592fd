// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deploy/DeployController.h"

#include "core/WhenFinished.h"
#include "operations/FeasibilityStep.h"
#include "operations/UndoPlans.h"
#include "widgets/common/Background.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace binnacle::widgets {

namespace {

struct Rendered
{
    stack::Stack stack;
    std::vector<core::Json> objects;
};

core::Result<Rendered> readStack(const std::string &name, const std::string &overlay)
{
    auto loaded = stack::loadStack(name);
    if (!loaded)
        return core::fail(loaded.error());
    stack::RenderOptions options;
    options.overlay = overlay;
    auto objects = stack::render(*loaded, options);
    if (!objects)
        return core::fail(objects.error());
    return Rendered{std::move(*loaded), std::move(*objects)};
}

/// Only a deploy that did not end well, and only the newest runbook: what an uninstall left must not be taken for it.
core::Result<std::string> interruptedDeploy(const DeployController::Environment &environment, const std::string &stack)
{
    const auto journal = runbook::Journal::open(environment.journal, *environment.clock);
    if (!journal)
        return core::fail(journal.error());
    const auto runbooks = (*journal)->runbooksOf(environment.target, stack);
    if (!runbooks)
        return core::fail(runbooks.error());
    if (runbooks->empty() || runbooks->front().kind != runbook::PlanKind::Deploy ||
        runbooks->front().outcome == runbook::Outcome::Done)
        return core::fail(core::ErrorKind::NotFound, "no deploy of " + stack + " was interrupted here",
                          "plan and deploy it");
    return runbooks->front().id;
}

} // namespace

DeployController::DeployController(Environment environment, QObject *parent)
    : QObject(parent), m_environment(std::move(environment))
{
}

DeployController::~DeployController() = default;

void DeployController::setPhase(Phase phase)
{
    m_phase = phase;
    emit phaseChanged();
}

void DeployController::failWith(const core::Error &error)
{
    m_error = error;
    setPhase(m_plan ? Phase::Planned : Phase::Idle);
}

void DeployController::readOverlays(const std::string &stack)
{
    const int reading = ++m_reading;
    core::whenFinished(inBackground([stack] { return stack::loadStack(stack); }), this,
                       [this, reading](const core::Result<stack::Stack> &loaded) {
                           if (reading != m_reading)
                               return;
                           m_overlays = loaded ? loaded->overlays : std::vector<std::string>();
                           m_defaultOverlay = loaded ? loaded->defaultOverlay : std::string();
                           emit overlaysChanged();
                       });
}

void DeployController::plan(const std::string &stack, const std::string &overlay, const Choices &choices)
{
    if (m_phase == Phase::Running)
        return;
    const int generation = ++m_generation;
    m_plan.reset();
    m_diffs.clear();
    m_prompts.clear();
    m_missingKeys.clear();
    m_error.reset();
    m_session.reset();
    setPhase(Phase::Planning);
    core::whenFinished(inBackground([stack, overlay] { return readStack(stack, overlay); }), this,
                       [this, generation, overlay, choices](const core::Result<Rendered> &rendered) {
                           if (generation != m_generation)
                               return;
                           if (!rendered) {
                               failWith(rendered.error());
                               return;
                           }
                           m_stackName = rendered->stack.name;
                           m_stack = std::make_shared<const stack::Stack>(rendered->stack);
                           m_rendered = std::make_shared<const std::vector<core::Json>>(rendered->objects);
                           operations::DeployOptions options;
                           options.target = m_environment.target;
                           options.overlay = overlay;
                           options.takesOver = choices.takesOver;
                           auto made = operations::deployPlan(rendered->stack, rendered->objects, options,
                                                              *m_environment.clock, *m_environment.random);
                           if (!made) {
                               failWith(made.error());
                               return;
                           }
                           m_plan = std::make_shared<const runbook::Plan>(
                               operations::withFitCheck(std::move(*made), choices.fitCheck));
                           compare();
                       });
}

void DeployController::compare()
{
    const int generation = m_generation;
    const auto &client = m_environment.client;
    core::whenFinished(operations::missingPermissions(client, m_plan), this,
                       [this, generation](const core::Result<std::vector<operations::MissingPermission>> &missing) {
                           if (generation != m_generation)
                               return;
                           if (!missing || !missing->empty()) {
                               failWith(missing ? operations::permissionError(*missing) : missing.error());
                               return;
                           }
                           askForKeys();
                           core::whenFinished(
                               operations::preview(m_environment.client, m_plan), this,
                               [this, generation](const core::Result<std::vector<operations::ObjectDiff>> &diffs) {
                                   if (generation != m_generation)
                                       return;
                                   if (!diffs) {
                                       failWith(diffs.error());
                                       return;
                                   }
                                   m_diffs = *diffs;
                                   setPhase(Phase::Planned);
                               });
                       });
}

void DeployController::askForKeys()
{
    const int generation = m_generation;
    core::whenFinished(operations::missingSecrets(m_environment.client, m_plan), this,
                       [this, generation](const core::Result<std::vector<operations::SecretPrompt>> &prompts) {
                           if (generation != m_generation || !prompts)
                               return;
                           m_prompts = *prompts;
                           emit keysAsked();
                       });
    core::whenFinished(operations::missingStackKeys(m_environment.client, m_stack, m_rendered), this,
                       [this, generation](const core::Result<operations::MissingStackKeys> &missing) {
                           if (generation != m_generation || !missing)
                               return;
                           m_missingKeys = missing->findings;
                           // Those are asked for before the deploy runs.
                           std::erase_if(m_missingKeys, [](const stack::Finding &finding) {
                               return finding.object.kind == core::GroupKind{"", "Secret"};
                           });
                           emit keysAsked();
                       });
}

void DeployController::startSession()
{
    m_error.reset();
    m_session = std::make_unique<operations::RunbookSession>(m_environment.client, *m_environment.clock,
                                                             *m_environment.random, m_environment.journal);
    connect(m_session.get(), &operations::RunbookSession::stateChanged, this, &DeployController::progressed);
    connect(m_session.get(), &operations::RunbookSession::finished, this, [this] {
        m_error = m_session->error();
        setPhase(Phase::Finished);
    });
    setPhase(Phase::Running);
}

void DeployController::run(operations::SecretValues secrets)
{
    if (m_phase != Phase::Planned || !m_plan || m_error)
        return;
    startSession();
    m_session->start(m_plan, std::move(secrets));
}

void DeployController::resume()
{
    if (m_phase == Phase::Running || m_stackName.empty())
        return;
    core::whenFinished(inBackground([environment = m_environment, stack = m_stackName] {
                           return interruptedDeploy(environment, stack);
                       }),
                       this, [this](const core::Result<std::string> &runbook) {
                           if (!runbook) {
                               failWith(runbook.error());
                               return;
                           }
                           startSession();
                           m_session->resume(m_environment.target, m_stackName, *runbook,
                                             m_rendered ? *m_rendered : std::vector<core::Json>());
                       });
}

void DeployController::cancel()
{
    if (m_session && m_phase == Phase::Running)
        m_session->cancel();
}

void DeployController::planRollback()
{
    core::whenFinished(
        inBackground([environment = m_environment, stack = m_stackName]() -> core::Result<runbook::Plan> {
            auto journal = runbook::Journal::open(environment.journal, *environment.clock);
            if (!journal)
                return core::fail(journal.error());
            return operations::rollbackPlan(**journal, environment.target, stack, {}, *environment.clock,
                                            *environment.random);
        }),
        this, [this](const core::Result<runbook::Plan> &plan) {
            if (plan)
                emit undoPlanned(std::make_shared<const runbook::Plan>(*plan));
            else
                failWith(plan.error());
        });
}

void DeployController::planUninstall(bool volumes)
{
    if (!volumes) {
        planUninstallWith({});
        return;
    }
    // What StatefulSets have claimed, only the cluster knows.
    core::whenFinished(inBackground([environment = m_environment,
                                     stack = m_stackName]() -> core::Result<std::vector<core::Namespace>> {
                           auto journal = runbook::Journal::open(environment.journal, *environment.clock);
                           if (!journal)
                               return core::fail(journal.error());
                           return operations::namespacesOfClaims(**journal, environment.target, stack);
                       }),
                       this, [this](const core::Result<std::vector<core::Namespace>> &nameSpaces) {
                           if (!nameSpaces) {
                               failWith(nameSpaces.error());
                               return;
                           }
                           core::whenFinished(operations::liveClaims(m_environment.client, *nameSpaces), this,
                                              [this](const core::Result<std::vector<operations::LiveClaim>> &claims) {
                                                  if (claims)
                                                      planUninstallWith({true, *claims});
                                                  else
                                                      failWith(claims.error());
                                              });
                       });
}

void DeployController::planUninstallWith(operations::UninstallOptions options)
{
    core::whenFinished(inBackground([environment = m_environment, stack = m_stackName,
                                     options = std::move(options)]() -> core::Result<runbook::Plan> {
                           auto journal = runbook::Journal::open(environment.journal, *environment.clock);
                           if (!journal)
                               return core::fail(journal.error());
                           return operations::uninstallPlan(**journal, environment.target, stack, options,
                                                            *environment.clock, *environment.random);
                       }),
                       this, [this](const core::Result<runbook::Plan> &plan) {
                           if (plan)
                               emit undoPlanned(std::make_shared<const runbook::Plan>(*plan));
                           else
                               failWith(plan.error());
                       });
}

void DeployController::runUndo(runbook::PlanPointer plan)
{
    if (m_phase == Phase::Running)
        return;
    m_plan = std::move(plan);
    m_diffs.clear();
    startSession();
    m_session->start(m_plan);
}

} // namespace binnacle::widgets

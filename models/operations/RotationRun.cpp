// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/RotationRun.h"

#include "operations/Rotation.h"

#include <QTimer>

#include <nlohmann/json.hpp>

namespace binnacle::operations {

RotationRun::RotationRun(std::shared_ptr<kube::Client> client, const core::Clock &clock, core::Random &random,
                         std::filesystem::path journal, cluster::Store *store, QObject *parent)
    : QObject(parent),
      m_client(std::move(client)),
      m_clock(clock),
      m_random(random),
      m_journal(std::move(journal)),
      m_store(store)
{
}

RotationRun::~RotationRun() = default;

RunbookSession &RotationRun::newSession()
{
    if (m_session) // it may be the one that calls
        m_session.release()->deleteLater();
    m_session = std::make_unique<RunbookSession>(m_client, m_clock, m_random, m_journal, m_store);
    connect(m_session.get(), &RunbookSession::stateChanged, this, &RotationRun::changed);
    connect(m_session.get(), &RunbookSession::finished, this, &RotationRun::sessionFinished);
    return *m_session;
}

void RotationRun::start(runbook::PlanPointer plan, SecretValues values)
{
    m_target = plan->target;
    m_takingBack = operations::isTakingBack(*plan);
    newSession().start(std::move(plan), std::move(values));
}

void RotationRun::resume(const runbook::Plan &unfinished, SecretValues values)
{
    m_target = unfinished.target;
    m_takingBack = operations::isTakingBack(unfinished);
    newSession().resume(unfinished.target, unfinished.stack, unfinished.id, {}, std::move(values));
}

void RotationRun::takeBack(const runbook::Plan &unfinished)
{
    m_target = unfinished.target;
    auto plan = revertPlan(unfinished);
    if (!plan) {
        m_error = plan.error();
        QTimer::singleShot(0, this, [this] { finish(End::Open); });
        return;
    }
    m_takingBack = true;
    m_nothingBegun = changesNothing(*plan);
    newSession().start(std::make_shared<const runbook::Plan>(*std::move(plan)));
}

core::Result<runbook::Plan> RotationRun::revertPlan(const runbook::Plan &rotation) const
{
    const auto journal =
        runbook::Journal::open(m_journal.empty() ? runbook::Journal::defaultPath() : m_journal, m_clock);
    if (!journal)
        return core::fail(journal.error());
    return rotationRevertPlan(**journal, rotation, m_target, m_clock, m_random);
}

void RotationRun::cancel()
{
    if (m_session && !m_takingBack)
        m_session->cancel();
}

void RotationRun::sessionFinished()
{
    const auto error = m_session->error();
    if (m_takingBack) {
        if (error)
            m_error = *error;
        finish(error ? End::Open : m_nothingBegun ? End::Unchanged : End::TakenBack);
        return;
    }
    if (!error) {
        finish(End::Done);
        return;
    }
    m_error = *error;
    const auto *state = m_session->state();
    if (state == nullptr || !state->plan)
        finish(End::Unchanged);
    else if (!isTakenBackAfter(*error))
        finish(End::Open);
    else
        takeBack(*runbook::PlanPointer(state->plan));
}

void RotationRun::finish(End end)
{
    m_end = end;
    emit finished();
}

} // namespace binnacle::operations

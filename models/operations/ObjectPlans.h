// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "runbook/Plan.h"

namespace binnacle::operations {

/// Which kinds have pods that can be replaced by a new rollout.
[[nodiscard]] bool isRestartable(const core::GroupKind &kind);

/// Replaces the pods of these workloads, and waits until the new ones are ready. There is no way back: the old pods are
/// gone.
[[nodiscard]] core::Result<runbook::Plan> restartPlan(const std::vector<kube::ObjectKey> &workloads,
                                                      const runbook::Target &target, const core::Clock &clock,
                                                      core::Random &random);

struct Doomed
{
    kube::ObjectKey object;
    core::Uid uid; ///< of the object that the operator saw: another one of that name is left alone
};

/// Deletes these objects and waits until they are gone. Undone by bringing back what the journal recorded, see
/// rollbackPlan().
[[nodiscard]] core::Result<runbook::Plan> deletePlan(const std::vector<Doomed> &objects, runbook::Dependents dependents,
                                                     const runbook::Target &target, const core::Clock &clock,
                                                     core::Random &random);

/// Changes fields of one object: the runbook behind a form. Undone by rollbackPlan(), which puts exactly these fields
/// back. `title` for people: "Scale Deployment app-backend/backend to 5".
[[nodiscard]] core::Result<runbook::Plan> editPlan(const std::string &title, const kube::ObjectKey &object,
                                                   runbook::EditTask edit, runbook::GateKind gate,
                                                   const runbook::Target &target, const core::Clock &clock,
                                                   core::Random &random);

} // namespace binnacle::operations

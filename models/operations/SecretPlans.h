// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "operations/ConfigData.h"
#include "operations/ObjectPlans.h"
#include "operations/SecretTypes.h"
#include "operations/SecretValues.h"

namespace binnacle::operations {

/// Which keys of a Secret change, what is done beside that, and no value.
struct SecretEdit
{
    kube::ObjectKey secret;
    std::vector<std::string> written;
    std::vector<std::string> removed;
    bool keepsFormer = true;               ///< false: there is no way back
    std::vector<Doomed> outdated;          ///< Secrets that keep the values of long past edits
    std::vector<kube::ObjectKey> restarts; ///< workloads that read the keys only when they start
};

/// Keep, write, restart, forget: each only where there is something to do.
[[nodiscard]] core::Result<runbook::Plan> secretEditPlan(const std::string &title, const SecretEdit &edit,
                                                         const runbook::Target &target, const core::Clock &clock,
                                                         core::Random &random);
struct NewSecret
{
    kube::ObjectKey object;
    std::string type;
    SecretContent content;
    bool immutable = false;
};

/// Makes a new Secret, whose values go to `values` for the executor. One of that name is a conflict. Invalid when the
/// content does not fit the type, or is too much.
[[nodiscard]] core::Result<runbook::Plan> secretCreatePlan(const NewSecret &secret, SecretValues &values,
                                                           const runbook::Target &target, const core::Clock &clock,
                                                           core::Random &random);
/// Applies a new config map. Whether there is one already is the caller's to ask.
[[nodiscard]] core::Result<runbook::Plan> configMapCreatePlan(const kube::ObjectKey &object,
                                                              const std::vector<KeyChange> &content, bool immutable,
                                                              const runbook::Target &target, const core::Clock &clock,
                                                              core::Random &random);
/// Another step for a plan: restarts these workloads and waits until they are ready.
void appendRestart(runbook::Plan &plan, const std::vector<kube::ObjectKey> &workloads, const core::Clock &clock);

/// Takes the fields of an edited Secret apart: key names for the plan, values for the executor alone.
void takeApart(const kube::ObjectKey &secret, const runbook::EditTask &fields, SecretEdit &edit, SecretValues &values);

/// Whether what an edit replaces can be kept, and which kept values are too old to stay.
struct WayBack
{
    bool isOpen = true;
    std::string whyNot; ///< "this user may not create secrets in app-backend"
    std::vector<Doomed> outdated;
};

/// Asks the server. `secret` as it is there.
[[nodiscard]] QFuture<core::Result<WayBack>> wayBackOf(std::shared_ptr<kube::Client> client, core::Json secret,
                                                       const runbook::Target &target,
                                                       core::CancellationToken token = {});

} // namespace binnacle::operations

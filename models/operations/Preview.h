// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "operations/SecretValues.h"
#include "runbook/Plan.h"

namespace binnacle::operations {

/// What a plan would do to one object.
struct ObjectDiff
{
    kube::ObjectKey object;
    std::string stepId;
    std::string action; ///< "create", "change", "none", "delete"
    std::string diff;   ///< unified text of the object without what the server keeps for itself; Secrets masked
    std::string note;   ///< e.g. "the namespace does not exist yet, so the server could not check this object"
};

/// Compares the live objects with a server-side dry run of the plan. Changes nothing. Fails as a whole on the first
/// object that the server refuses: better before the deploy than in the middle of it. `secrets`: values for Secrets
/// that the plan edits or makes; without them only the names of their keys are compared.
[[nodiscard]] QFuture<core::Result<std::vector<ObjectDiff>>> preview(std::shared_ptr<kube::Client> client,
                                                                     runbook::PlanPointer plan,
                                                                     core::CancellationToken token = {},
                                                                     std::shared_ptr<const SecretValues> secrets = {});

/// The design's `diff -o json`.
[[nodiscard]] core::Json diffsToJson(const std::vector<ObjectDiff> &diffs);

/// What the plan needs that this user may not do; empty: everything is allowed.
struct MissingPermission
{
    std::string verb;
    core::GroupVersionResource resource;
    core::Namespace nameSpace;
    std::string reason; ///< the server's words, if it gave any

    /// "patch deployments.apps in app-backend"
    [[nodiscard]] std::string describe() const;
};

/// Asks by SelfSubjectAccessReview, once for each verb, resource and namespace of the plan.
[[nodiscard]] QFuture<core::Result<std::vector<MissingPermission>>>
missingPermissions(std::shared_ptr<kube::Client> client, runbook::PlanPointer plan, core::CancellationToken token = {});
/// Forbidden, with everything that is missing in one message.
[[nodiscard]] core::Error permissionError(const std::vector<MissingPermission> &missing);

} // namespace binnacle::operations

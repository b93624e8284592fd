// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ApiError.h"
#include "simulator/ClusterState.h"
#include "simulator/Registry.h"

#include <map>
#include <string>
#include <vector>

namespace binnacle::simulator {

/// The admission chain: namespace life cycle, service account, limit ranges, Pod Security, quota. May complete the
/// object. `before` is null on creation.
[[nodiscard]] ApiResult<void> admit(ClusterState &state, const Resource &resource, const core::Json &before,
                                    core::Json &object, const WriteOptions &options);

/// Violations of a Pod Security Standard ("baseline", "restricted") by a pod's spec, as admission words them.
[[nodiscard]] std::vector<std::string> podSecurityViolations(const std::string &level, const core::Json &spec);

/// Completes pods with the defaults of their namespace's limit ranges, and refuses what these forbid.
[[nodiscard]] ApiResult<void> admitLimits(const ClusterState &state, const Resource &resource, core::Json &object);

/// Whether a quota counts the object: with scopes it counts only pods, and of those the ones that it describes.
[[nodiscard]] bool isInScope(const core::Json &quota, const Resource &resource, const core::Json &object);

/// What an object adds to each resource that quotas count: {"pods": "1", "requests.cpu": "250m"}.
[[nodiscard]] std::map<std::string, std::string> quotaUsage(const Resource &resource, const core::Json &object);
/// What a namespace uses of each resource that `hard` names.
[[nodiscard]] core::Json quotaUsed(const ClusterState &state, const core::Json &quota);

} // namespace binnacle::simulator

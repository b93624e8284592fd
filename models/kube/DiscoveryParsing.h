// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "kube/Discovery.h"

#include <string>
#include <utility>
#include <vector>

namespace binnacle::kube {

/// Asks for aggregated discovery (KEP-3352) and says that the plain answer will do too.
extern const char *const aggregatedDiscoveryAccept;

/// One answer of /api or /apis: whole when the server aggregates, else only which group versions to ask for.
struct DiscoveryRoot
{
    std::vector<ApiResource> resources; ///< of an aggregated answer
    std::vector<std::pair<std::string, std::string>>
        groupVersions; ///< (group, version) still to be asked for, preferred first
    std::vector<std::pair<std::string, std::string>> failedGroups; ///< (group/version, why): stale aggregated APIs
};

[[nodiscard]] core::Result<DiscoveryRoot> parseDiscoveryRoot(const core::Json &answer);
/// An APIResourceList; sub-resources are folded into their resource.
[[nodiscard]] core::Result<std::vector<ApiResource>> parseResourceList(const core::Json &answer);
/// The minor version of a /version answer: 27 for "27+"; 0 when there is none.
[[nodiscard]] int parseMinorVersion(const core::Json &version);

} // namespace binnacle::kube

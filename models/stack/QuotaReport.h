// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/TypedQuantity.h"
#include "kube/Discovery.h"
#include "kube/ObjectReference.h"

#include <optional>
#include <string>
#include <vector>

namespace binnacle::stack {

/// What a resource of a quota or limit range is counted in: "requests.cpu" in cores, "memory" and
/// "gold.storageclass.storage.k8s.io/requests.storage" in bytes, "pods", "count/jobs.batch" and devices one by one.
[[nodiscard]] core::Amount amountOf(std::string_view resource);

/// One resource of a quota.
struct QuotaLine
{
    /// How full: amber at 80 %, red at 90 %, and red where nothing is allowed at all.
    enum class Level { Fine, High, Full, Unknown };

    std::string resource;
    core::Quantity hard;
    std::optional<core::Quantity> used; ///< nothing: the quota controller has not counted it yet

    /// 0.5: half of it is used; may exceed 1. Of a hard limit of zero: 0 unused, else 1.
    [[nodiscard]] double fraction() const;
    [[nodiscard]] Level level() const;
    /// "85 %", "none allowed", "not counted yet"
    [[nodiscard]] std::string percent() const;
};

[[nodiscard]] const char *toString(QuotaLine::Level level); ///< "fine", "high", "full", "unknown"

/// A ResourceQuota as an operator reads it.
struct QuotaReport
{
    kube::ObjectKey quota;
    std::vector<std::string> scopes; ///< "BestEffort", "PriorityClass in (high, low)"; empty: counts everything
    std::vector<QuotaLine> lines;    ///< by resource

    /// {"namespace","name","scopes":[...],"resources":[{"resource","hard","used","percent","level"}]}
    [[nodiscard]] core::Json toJson() const;
};

/// Pure: what the object says. The hard values are those of the spec: the status follows a moment later.
[[nodiscard]] QuotaReport quotaReport(const core::Json &quota);

/// The resources that a quota could limit on this server, most used ones first: the standard ones, storage by class,
/// devices that nodes have, and the number of objects of each kind that is served.
[[nodiscard]] std::vector<std::string> quotaResources(const kube::Discovery &discovery,
                                                      const std::vector<core::Json> &storageClasses,
                                                      const std::vector<core::Json> &nodes);

} // namespace binnacle::stack

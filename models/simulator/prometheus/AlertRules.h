// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ClusterState.h"
#include "simulator/prometheus/Evaluator.h"

namespace binnacle::simulator::prometheus {

/// `data` of /api/v1/rules at this time: the groups of the rule files that the pod mounts from config maps, with
/// the alerts that are active. An alert is pending until its expression has held for as long as `for` asks.
[[nodiscard]] core::Json ruleGroups(const ClusterState &state, const core::Json &pod,
                                    const std::vector<ScrapedSeries> &series, std::int64_t time);
/// `data` of /api/v1/alerts: the active alerts of those groups.
[[nodiscard]] core::Json activeAlerts(const core::Json &groups);

/// A number as Prometheus writes it: the shortest text that reads back the same; "NaN", "+Inf".
[[nodiscard]] std::string numberText(double value);

} // namespace binnacle::simulator::prometheus

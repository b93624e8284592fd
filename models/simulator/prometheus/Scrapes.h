// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/ClusterState.h"
#include "simulator/prometheus/Evaluator.h"

namespace binnacle::simulator::prometheus {

/// The series that a Prometheus with the reference stack's configuration (manifests/ai-saas/base/config/prometheus.yml)
/// would have of the demo cluster, under the same names and labels: jobs prometheus, backend, frontend and
/// containers. Nothing that such a Prometheus does not scrape is here.
[[nodiscard]] std::vector<ScrapedSeries> scrapedSeries(const ClusterState &state);

} // namespace binnacle::simulator::prometheus

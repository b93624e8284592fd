// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/StrongString.h"

#include <filesystem>
#include <string>
#include <vector>

class QStackedWidget;

namespace binnacle::gui {

class ClusterSession;

/// Where to look for the Prometheus of what a session shows: see metrics::discoverPrometheus().
struct PrometheusPlaces
{
    std::vector<core::Namespace> nameSpaces;
    std::vector<std::string> preferred;
};
[[nodiscard]] PrometheusPlaces prometheusPlacesOf(const ClusterSession &session);

/// Puts the metrics of a session's cluster into the stack, in place of those of the session before. The page's object
/// name is that of its entry in the navigation, "metrics". `clock` outlives the window.
void renewMetricsPage(QStackedWidget &pages, ClusterSession &session, const core::Clock &clock,
                      const std::filesystem::path &journal);

} // namespace binnacle::gui

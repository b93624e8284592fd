// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Overview.h"
#include "metrics/PrometheusClient.h"

#include <memory>
#include <string>
#include <vector>

namespace binnacle::metrics {

/// What came of one line of a panel.
struct LineAnswer
{
    std::string legend;
    QueryResult result;             ///< of the first alternative that was not empty
    std::string expression;         ///< that one; empty: all were
    std::vector<Alternative> empty; ///< those that came back empty before it, as they were asked
};

/// Asks a panel's lines, each by its alternatives in order. An expression that the server refuses is the error.
[[nodiscard]] QFuture<core::Result<std::vector<LineAnswer>>>
askPanel(const std::shared_ptr<const PrometheusClient> &client, const Panel &panel, const Subject &subject,
         const TimeRange &range, core::CancellationToken token = {});

/// Of answers that are all empty: which query came back empty, and why that may be.
[[nodiscard]] std::string whyEmpty(const std::vector<LineAnswer> &answers);

} // namespace binnacle::metrics

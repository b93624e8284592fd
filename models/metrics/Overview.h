// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Durations.h"

#include <string>
#include <vector>

namespace binnacle::metrics {

/// What a chart's numbers are.
enum class Unit { Number, PerSecond, Seconds, Bytes, BytesPerSecond, Cores, Share };

/// One way to get what a line shows; where it is empty the next is asked.
struct Alternative
{
    std::string expression; ///< with $pods, $namespace, $workload, $window and $resolution (of subqueries)
    std::string needs;      ///< whose series these are: "the metrics of the application itself"
};

struct Line
{
    std::string legend; ///< may name labels: "{pod}"
    std::vector<Alternative> alternatives;
};

/// One chart of the overview.
struct Panel
{
    std::string id;
    std::string title;
    Unit unit = Unit::Number;
    std::vector<std::string> only; ///< shown for workloads whose images hold one of these words; empty: for all
    std::vector<Line> lines;
};

/// The workload that is looked at.
struct Subject
{
    std::string kind; ///< Deployment, StatefulSet, DaemonSet, CronJob, Job
    std::string nameSpace;
    std::string name;
    std::vector<std::string> images;
};

/// The panels of resources/metrics/overview.json.
[[nodiscard]] const std::vector<Panel> &overviewPanels();
/// Those that make sense for the subject.
[[nodiscard]] std::vector<Panel> panelsFor(const Subject &subject);
/// The expression with what stands for the subject and for the rate's window put in.
[[nodiscard]] std::string expressionFor(const std::string &expression, const Subject &subject,
                                        std::chrono::milliseconds step);
/// A pattern for the names that the workload's controller gives its pods.
[[nodiscard]] std::string podPattern(const Subject &subject);
/// The legend with labels put in; a legend without any is itself.
[[nodiscard]] std::string legendFor(const std::string &legend, const Labels &labels);

/// A value as people read it: "1.5 GiB", "230 ms", "0.25 cores", "12 %", "1.2 k/s".
[[nodiscard]] std::string valueText(double value, Unit unit);

} // namespace binnacle::metrics

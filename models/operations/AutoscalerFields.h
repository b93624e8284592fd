// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <string>
#include <vector>

namespace binnacle::operations {

/// One metric by which an autoscaler chooses, and where its target is. The same in autoscaling/v2 and v2beta2.
struct AutoscalerMetric
{
    enum class Target { Utilization, Value, AverageValue };

    std::string element; ///< path of the whole metric
    std::string path;    ///< path of its target
    std::string name;    ///< "cpu", "memory of container web", "requests_per_second of Ingress main"
    Target target = Target::Utilization;
};

/// Pure: in the order of the object. A metric that a newer API brings and this version does not know is left out.
[[nodiscard]] std::vector<AutoscalerMetric> metricsOf(const core::Json &autoscaler);
/// The path of the metric "cpu" or "memory" of whole pods.
[[nodiscard]] std::string resourceMetricPath(const std::string &resource);
/// A metric that holds that resource at so many per cent of what the pods request.
[[nodiscard]] core::Json utilizationMetric(const std::string &resource, int percent);

/// @{ Scaling policies as people write them: "100 % / 15 s, 4 pods / 15 s".
[[nodiscard]] std::string policiesText(const core::Json &policies);
/// Null for an empty text.
[[nodiscard]] core::Result<core::Json> policiesFrom(const std::string &text);
/// @}

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ClusterState.h"
#include "simulator/Http.h"

namespace binnacle::simulator {

/// Whether the image is that of a Prometheus server.
[[nodiscard]] bool isPrometheusImage(const std::string &image);
/// What the Prometheus in this pod answers: its HTTP API (/api/v1) over what it would have scraped of the demo cluster,
/// and /-/healthy and /-/ready. Its alerting rules are those of the config maps that the pod mounts.
[[nodiscard]] HttpResponse prometheusResponse(ClusterState &state, const core::Json &pod, const HttpRequest &request);

} // namespace binnacle::simulator

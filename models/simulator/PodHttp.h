// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ClusterState.h"
#include "simulator/Http.h"

#include <optional>

namespace binnacle::simulator {

/// What a pod answers to an HTTP request on one of its ports; path and query of `request` are those that the program in
/// the container sees. Nothing: nothing listens there, so that a connection to it is refused - no container that runs
/// has that port, or it speaks no HTTP. Everything that reaches into a pod over HTTP asks here: the API server's proxy
/// to pods and services, and port-forwards. In the server's thread.
[[nodiscard]] std::optional<HttpResponse> podHttpResponse(ClusterState &state, const core::Json &pod, int port,
                                                          const HttpRequest &request);

} // namespace binnacle::simulator

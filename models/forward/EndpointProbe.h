// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/PortTunnel.h"

#include <QFuture>

namespace binnacle::forward {

/// Whether something listens: opens a tunnel, waits a moment for a refusal, and closes it. The kubelet says nothing
/// when it has reached the port, so silence is a yes. The future finishes in any thread.
[[nodiscard]] QFuture<core::Result<void>>
probeEndpoint(kube::Transport &transport, const kube::PortTunnelRequest &request, core::CancellationToken token);

} // namespace binnacle::forward

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/PortTunnel.h"

#include <QFuture>

#include <functional>

namespace binnacle::forward {

/// Whether something listens: opens a tunnel, waits a moment for a refusal, and closes it. The kubelet says nothing
/// when it has reached the port, so silence is a yes. `open` opens the tunnel. The future finishes in any thread.
[[nodiscard]] QFuture<core::Result<void>>
probeEndpoint(const std::function<void(std::shared_ptr<kube::PortTunnelListener>)> &open);

} // namespace binnacle::forward

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

namespace binnacle::kube {

/// Whether a failed upgrade to SPDY/3.1 says nothing about the request itself, so that a WebSocket may do: the server
/// or a proxy does not know the protocol or the method, or the operator may get but not create (the upgrade is a POST,
/// that of a WebSocket a GET).
[[nodiscard]] bool isSpdyRefusal(const core::Result<void> &result);

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "kube/Transport.h"

#include <memory>
#include <string>

namespace binnacle::kube {

/// A transport to any HTTP server, without credentials: http(s)://HOST[:PORT][/PREFIX]. TLS is verified by the system's
/// authorities. Nothing is sent yet.
[[nodiscard]] core::Result<std::shared_ptr<Transport>> openUrl(const std::string &url);

} // namespace binnacle::kube

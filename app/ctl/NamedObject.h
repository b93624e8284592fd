// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"

namespace binnacle::ctl {

/// What "NAME" (a pod) or "KIND/NAME" names in the session's namespace. An error when the server knows no such kind or
/// no such object.
[[nodiscard]] core::Result<kube::ObjectKey> namedObject(const ClusterSession &session, const std::string &text);

} // namespace binnacle::ctl

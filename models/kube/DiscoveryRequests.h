// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Discovery.h"
#include "kube/Transport.h"

#include <memory>

namespace binnacle::kube {

/// Asks a server what it serves: two aggregated answers where it has them, else one request a group version, all at
/// once. A group version that cannot be read is noted in failedGroups and hides nothing else.
[[nodiscard]] QFuture<core::Result<std::shared_ptr<const Discovery>>>
requestDiscovery(std::shared_ptr<Transport> transport);

} // namespace binnacle::kube

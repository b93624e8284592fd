// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forward/ForwardSnapshot.h"
#include "kube/Records.h"

#include <vector>

namespace binnacle::forward {

/// What operators usually want on their own computer: of these services, the ports of monitoring, databases, caches and
/// queues, known by well-known names and numbers. Each with its own number as the local port.
[[nodiscard]] std::vector<ForwardRequest> suggestedForwards(const std::vector<kube::RecordPointer> &services);

} // namespace binnacle::forward

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"

#include <string>

namespace binnacle::cluster::rules {

/// What is behind a service, as far as the store can tell.
struct EndpointCount
{
    bool known = false; ///< a feed of endpoint slices or endpoints covers the namespace
    int ready = 0;
    int notReady = 0;
};

[[nodiscard]] EndpointCount endpointsOf(const kube::ObjectKey &service, const Store &store);

} // namespace binnacle::cluster::rules

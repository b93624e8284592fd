// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"

#include <string>
#include <vector>

namespace binnacle::operations {

/// What shares a namespace with a quota, for stack::quotaImpact(), and what a quota could count.
struct QuotaFacts
{
    std::vector<core::Json> objects;    ///< of the namespace, of the kinds of stack::ClusterFacts
    std::vector<std::string> unread;    ///< kinds that could not be listed, so that nobody knows
    std::vector<std::string> countable; ///< see stack::quotaResources()
};

/// Never fails for what may not be read: that is only `unread`, or left out of `countable`.
[[nodiscard]] QFuture<core::Result<QuotaFacts>>
quotaFacts(std::shared_ptr<kube::Client> client, const core::Namespace &nameSpace, core::CancellationToken token = {});

} // namespace binnacle::operations

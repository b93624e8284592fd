// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "stack/RequiredKeys.h"

namespace binnacle::operations {

/// Keys of Secrets and config maps that a stack needs and a cluster lacks.
struct MissingStackKeys
{
    std::vector<stack::Finding> findings; ///< as stack::missingKeys() has them
    stack::KeylessWorkloads workloads;
    std::vector<std::string> unread; ///< what this user may not read; where there is any, nothing was judged

    friend bool operator==(const MissingStackKeys &, const MissingStackKeys &) = default;
};

/// Asks the cluster for the Secrets and config maps in the stack's namespaces. Of what it answers only the names of
/// keys are looked at and kept. `objects`: the rendered stack.
[[nodiscard]] QFuture<core::Result<MissingStackKeys>>
missingStackKeys(std::shared_ptr<kube::Client> client, std::shared_ptr<const stack::Stack> stack,
                 std::shared_ptr<const std::vector<core::Json>> objects, core::CancellationToken token = {});

} // namespace binnacle::operations

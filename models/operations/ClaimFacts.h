// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"

#include <string>
#include <vector>

namespace binnacle::operations {

/// What decides whether a volume claim can grow, and what has to happen for it.
struct ClaimFacts
{
    std::string storageClass;
    /// Why it cannot be grown, in words; empty: it can, or nobody knows.
    std::string refusal;
    std::vector<std::string> pods; ///< that run and have it mounted
    std::string statefulSet;       ///< whose template made it; empty: none
};

[[nodiscard]] QFuture<core::Result<ClaimFacts>> claimFacts(std::shared_ptr<kube::Client> client, kube::ObjectKey claim,
                                                           core::CancellationToken token = {});
/// Pure. Null instead of an object that could not be read.
[[nodiscard]] ClaimFacts factsOf(const core::Json &claim, const core::Json &storageClass, const core::Json &pods,
                                 const core::Json &statefulSets);
/// Pure: what is allowed and may surprise when it grows.
[[nodiscard]] std::vector<std::string> growthWarnings(const ClaimFacts &facts);

} // namespace binnacle::operations

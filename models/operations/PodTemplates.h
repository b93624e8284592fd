// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/GroupVersionKind.h"
#include "core/Json.h"
#include "core/TypedQuantity.h"

#include <string>
#include <vector>

namespace binnacle::operations {

/// Where a workload of this kind keeps the spec of its pods, as a field path; empty: it has none that may be changed. A
/// Job's pods cannot be changed once it is made.
[[nodiscard]] std::string podSpecPath(const core::GroupKind &kind);

/// One resource of one container, as requested and limited.
struct ContainerResource
{
    std::string name;    ///< "cpu", "memory", "nvidia.com/gpu"
    std::string request; ///< field paths
    std::string limit;
    core::Amount amount = core::Amount::Count;
};

struct ContainerFields
{
    std::string name;
    bool init = false;
    std::string image; ///< field path
    std::vector<ContainerResource> resources;
};

/// The containers of a workload, init containers last. CPU and memory are always among the resources.
[[nodiscard]] std::vector<ContainerFields> containersOf(const core::GroupKind &kind, const core::Json &workload);
/// What a resource of this name is counted in.
[[nodiscard]] core::Amount amountOf(const std::string &resource);

} // namespace binnacle::operations

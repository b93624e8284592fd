// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ApiError.h"
#include "simulator/ResourceTable.h"

#include <vector>

namespace binnacle::simulator {

/// The mistakes that people make most, in the API server's words. `before` is null on creation.
[[nodiscard]] std::vector<ApiCause> validate(const Resource &resource, const core::Json &before,
                                             const core::Json &object);

} // namespace binnacle::simulator

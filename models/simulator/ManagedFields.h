// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ApiError.h"
#include "simulator/FieldSet.h"
#include "simulator/Schema.h"

#include <string>
#include <vector>

namespace binnacle::simulator {

/// Who writes: one entry of metadata.managedFields belongs to each such combination.
struct FieldManager
{
    std::string name;
    std::string operation; ///< "Apply" or "Update"
    std::string apiVersion;
    std::string subresource;
    std::string time;
};

/// Server-side apply (KEP-555): merges `configuration` into `live` and keeps the books of who owns what.
/// `live` is null when the object does not exist. 409 with one cause a field, unless `force`.
[[nodiscard]] ApiResult<core::Json> applyConfiguration(const SchemaType &type, const core::Json &live,
                                                       const core::Json &configuration, const FieldManager &manager,
                                                       bool force);

/// After any other write: the manager owns what it added or changed, and nobody owns what went away.
void trackUpdate(const SchemaType &type, const core::Json &before, core::Json &after, const FieldManager &manager);

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <functional>
#include <string>
#include <vector>

namespace binnacle::kube {

/// One published version of a kind and how its fields reach the family's newest schema and back.
struct VersionMember
{
    std::string apiVersion;
    /// Changes the object in place; answers what would be lost, or nothing. Null: same schema.
    std::function<std::string(core::Json &object)> toNewest;
    /// The same, downwards. minorVersion: of the server, 0 when unknown; fields are gated by it.
    std::function<std::string(core::Json &object, int minorVersion)> fromNewest;
};

/// All versions of one kind, newest first.
struct VersionFamily
{
    std::string kind;
    std::vector<VersionMember> members;
};

[[nodiscard]] const std::vector<VersionFamily> &versionFamilies();

} // namespace binnacle::kube

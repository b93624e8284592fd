// SPDX-License-Identifier: GPL-3.0-or-later
// What a CustomResourceDefinition says of its objects beyond the types of their fields.
#pragma once

#include "core/Json.h"
#include "simulator/ApiError.h"

#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

/// Fills in the defaults of an openAPIV3Schema, wherever the object that holds the field is there.
void setCustomDefaults(const core::Json &schema, core::Json &value);

/// Adds what required, enum, the bounds of numbers, texts and lists, and patterns find wrong, in the server's words.
void validateCustom(const core::Json &schema, const core::Json &value, const std::string &path,
                    std::vector<ApiCause> &causes);

/// The value at a path as printer columns and the scale sub-resource have it: ".spec.size",
/// ".status.conditions[?(@.type==\"Ready\")].status", ".items[0]"; null where nothing is there.
[[nodiscard]] const core::Json &atJsonPath(const core::Json &object, std::string_view path);

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/Schema.h"

#include <string>
#include <vector>

namespace binnacle::simulator {

struct SchemaFindings
{
    std::vector<std::string> unknown;  ///< paths: "spec.template.spec.containers[0].imag"
    std::vector<std::string> mismatch; ///< sentences of Go's JSON decoder
};

/// Compares an object with its type. Unknown fields are taken out of it, as the API server drops them; nulls too.
[[nodiscard]] SchemaFindings checkSchema(const SchemaType &type, core::Json &object);

} // namespace binnacle::simulator

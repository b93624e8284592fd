// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace binnacle::core {

/// Unstructured API objects. Key order is alphabetical, so equal objects print equally; unknown fields survive.
using Json = nlohmann::json;

} // namespace binnacle::core

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

namespace YAML {
class Node;
}

namespace binnacle::kube {

/// Plain YAML to JSON with the core schema's types (null, bool, integer, float, string); quoted scalars stay strings.
/// Throws YAML::Exception when nested deeper than any API object is.
[[nodiscard]] core::Json yamlToJson(const YAML::Node &node, int depth = 0);

} // namespace binnacle::kube

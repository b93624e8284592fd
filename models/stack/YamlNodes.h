// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "stack/YamlReader.h"

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <vector>

namespace binnacle::stack {

/// "file:line:column", counted from 1; without the numbers where the parser has none.
[[nodiscard]] std::string position(const std::string &file, const YAML::Mark &mark);
[[nodiscard]] core::Error yamlError(const std::string &file, const YAML::Mark &mark, const std::string &what);

/// Parses; yaml-cpp's exceptions become errors.
[[nodiscard]] core::Result<std::vector<YAML::Node>> parseYaml(std::string_view text, const std::string &file);
[[nodiscard]] core::Result<core::Json> toJson(const YAML::Node &node, const std::string &file,
                                              YamlWords words = YamlWords::Yaml12);
/// Writes into each map what its merge keys (`<<`) give it.
void expandMergeKeys(const YAML::Node &node);

} // namespace binnacle::stack

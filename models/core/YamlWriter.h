// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string>
#include <string_view>

namespace binnacle::core {

/// The object as block-style YAML that YAML 1.1 and 1.2 readers read back to the same JSON: text that a reader could
/// take for a number, boolean, null or date is quoted, text of several lines is a literal block. Ends with a line
/// break.
[[nodiscard]] std::string toYaml(const Json &value);

/// Several objects as one stream, separated by "---".
[[nodiscard]] std::string toYamlStream(const Json &array);

/// True when the text needs no quotes: it stays a string, and the same string, in every YAML reader.
[[nodiscard]] bool isPlainYamlText(std::string_view text);

} // namespace binnacle::core

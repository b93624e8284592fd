// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string> &parts, std::string_view separator);
[[nodiscard]] bool startsWith(std::string_view text, std::string_view prefix);
[[nodiscard]] bool endsWith(std::string_view text, std::string_view suffix);
[[nodiscard]] std::string lower(std::string text);
[[nodiscard]] std::string percentDecode(std::string_view text);
[[nodiscard]] std::string base64Encode(std::string_view bytes);
[[nodiscard]] std::string base64UrlDecode(std::string_view text);
[[nodiscard]] std::string sha1Hex(std::string_view text);

/// The value at a path, or a null that lives for ever: reading absent fields is the normal case.
[[nodiscard]] const core::Json &at(const core::Json &object, std::initializer_list<std::string_view> path);
[[nodiscard]] std::string textAt(const core::Json &object, std::initializer_list<std::string_view> path);
[[nodiscard]] long long numberAt(const core::Json &object, std::initializer_list<std::string_view> path,
                                 long long fallback = 0);
[[nodiscard]] bool flagAt(const core::Json &object, std::initializer_list<std::string_view> path,
                          bool fallback = false);

/// The documents of a YAML text (JSON is YAML too); scalars are typed as Kubernetes' YAML reader types them.
[[nodiscard]] core::Result<std::vector<core::Json>> parseYaml(const std::string &text);

/// RFC 1123: what object names must look like. Empty when valid, else the API server's sentence.
[[nodiscard]] std::string subdomainProblem(std::string_view name);
[[nodiscard]] std::string labelProblem(std::string_view name);

} // namespace binnacle::simulator

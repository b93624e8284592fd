// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace binnacle::stack {

/// Which unquoted words are booleans: true and false alone, or also yes, no, on, off, y and n, as kustomize reads JSON
/// patches.
enum class YamlWords { Yaml12, Yaml11 };

/// The documents of a YAML (or JSON) stream, read as kubectl and kustomize read manifests: YAML 1.2 words (`yes` and
/// `on` are text), the octal and underscore forms of YAML 1.1, merge keys and anchors expanded, a key given twice is
/// an error. Empty documents are left out. Errors are "file:line:column: what".
[[nodiscard]] core::Result<std::vector<core::Json>> readYaml(std::string_view text, const std::string &file,
                                                             YamlWords words = YamlWords::Yaml12);

/// The Kubernetes objects of a manifest file; each must have apiVersion, kind and a name. A List (ConfigMapList too) is
/// replaced by its items.
[[nodiscard]] core::Result<std::vector<core::Json>> readManifests(std::string_view text, const std::string &file);

} // namespace binnacle::stack

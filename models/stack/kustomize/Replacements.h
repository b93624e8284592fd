// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Kustomization.h"

namespace binnacle::stack::kustomize {

[[nodiscard]] core::Result<void> applyReplacement(Resources &resources, const Replacement &replacement);

/// The values at a path like "spec.template.spec.containers.[name=web].image", "spec.rules.*.host" or "data.a\.b":
/// every one that matches. With `create`, what is missing is made (not below "*").
[[nodiscard]] std::vector<core::Json *> findFields(core::Json &object, const std::string &path, bool create);

} // namespace binnacle::stack::kustomize

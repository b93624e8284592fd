// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Kustomization.h"

namespace binnacle::stack::kustomize {

/// Marks the objects that the variables speak of, as they are called at this moment of the build, and adds the
/// variables to `all`.
[[nodiscard]] core::Result<void> addVariables(Resources &resources, const Kustomization &kustomization,
                                              std::vector<Variable> &all);

/// Adds the variables of another tree; a name stands for one thing only.
[[nodiscard]] core::Result<void> mergeVariables(std::vector<Variable> &all, const std::vector<Variable> &more,
                                                const std::string &origin);

/// Puts the values in the place of each `$(NAME)`, where `fields` say that there may be one.
[[nodiscard]] core::Result<void> resolveVariables(Resources &resources, const std::vector<Variable> &all,
                                                  const FieldSpecs &fields);

} // namespace binnacle::stack::kustomize

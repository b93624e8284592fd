// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Kustomization.h"

namespace binnacle::stack::kustomize {

/// The indexes of the objects that a selector chooses, by the names they have or had.
[[nodiscard]] core::Result<std::vector<std::size_t>> select(const Resources &resources, const Selector &selector);

/// Whether labels fulfil a selector in kubectl's notation: "a=b,c!=d,e in (x,y),f,!g".
[[nodiscard]] core::Result<bool> matchesLabels(const core::Json &labels, const std::string &selector);

} // namespace binnacle::stack::kustomize

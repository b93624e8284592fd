// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string>

namespace binnacle::stack::kustomize {

/// The ten letters that kustomize (and kubectl create --append-hash) puts after the name of a generated ConfigMap or
/// Secret.
[[nodiscard]] std::string contentHash(const core::Json &object);

} // namespace binnacle::stack::kustomize

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "kube/ObjectReference.h"

namespace binnacle::operations {

/// What our own rules refuse about an object. A Conflict is one that no waiting ends: somebody else's value stays.
[[nodiscard]] core::Error objectError(const kube::ObjectKey &object, core::ErrorKind kind, std::string message,
                                      std::string next);

} // namespace binnacle::operations

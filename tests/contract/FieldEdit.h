// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/ObjectReference.h"
#include "runbook/Plan.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace binnacle::contract {

using FieldValue = std::pair<std::string, core::Json>; ///< a field's path, and what it shall be
using Edit = std::shared_ptr<const runbook::EditTask>;

/// The edit that gives these fields of the live object these values, as a form opened now would make it.
[[nodiscard]] Edit editOf(const kube::ObjectKey &key, const std::vector<FieldValue> &values,
                          const std::string &subresource = {});

} // namespace binnacle::contract

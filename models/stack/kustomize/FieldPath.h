// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "stack/kustomize/Resource.h"

#include <functional>
#include <string>
#include <vector>

namespace binnacle::stack::kustomize {

/// Where a transformer writes: in objects of these kinds, at this path. Lists on the way are walked through.
struct FieldSpec
{
    Gvk gvk;
    std::string path; ///< "spec/template/metadata/labels"; a slash inside a name is written "\/"
    bool create = false;
};

/// Calls `set` on each value that the path leads to. With `create`, maps on the way that are missing are made, and the
/// last field starts as null.
void visitField(core::Json &object, const std::string &path, bool create, const std::function<void(core::Json &)> &set);

[[nodiscard]] std::vector<std::string> splitPath(const std::string &path, char separator);

} // namespace binnacle::stack::kustomize

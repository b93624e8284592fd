// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ObjectError.h"

namespace binnacle::operations {

core::Error objectError(const kube::ObjectKey &object, core::ErrorKind kind, std::string message, std::string next)
{
    auto error = core::makeError(kind, std::move(message), std::move(next));
    error.object = object.describe();
    if (kind == core::ErrorKind::Conflict) // a race that is lost may be won the next time; this is none
        error.causes.push_back({"FieldManagerConflict", error.message, {}});
    return error;
}

} // namespace binnacle::operations

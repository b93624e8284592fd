// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "core/Json.h"
#include "stack/Feasibility.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace binnacle::ctl {

/// An object, or its sub-resource "scale", as it is and as it would be.
struct EditedObject
{
    kube::ObjectKey key;
    core::Json before;
    core::Json after;
};

/// How an edit fits the cluster, as the forms of the window say it.
struct FitVerdict
{
    std::vector<std::string> lines;      ///< for people; empty: nothing stands in its way
    std::vector<stack::Finding> certain; ///< what certainly fails if the edit is made
};

/// Reads the object's namespace and nodes, and judges. Changes nothing.
[[nodiscard]] core::Result<FitVerdict> judgeFit(const Environment &environment, const ClusterSession &session,
                                                const EditedObject &edited);

} // namespace binnacle::ctl

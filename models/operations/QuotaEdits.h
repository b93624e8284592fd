// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/ObjectReference.h"
#include "runbook/Plan.h"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace binnacle::operations {

/// A field of an object and what it shall be; null: absent.
using FieldValue = std::pair<std::string, core::Json>;

/// The path of a quota's hard value: "/spec/hard/requests.cpu".
[[nodiscard]] std::string hardPath(const std::string &resource);
/// The path of a value of a limit range: "/spec/limits/[type=Container]/max/cpu".
[[nodiscard]] std::string limitPath(const std::string &type, const std::string &bound, const std::string &resource);

/// What a person typed for a resource of a quota or limit range, as the server would write it: "10 cores" is "10",
/// "1.5Gi" is "1536Mi".
[[nodiscard]] core::Result<core::Json> canonicalAmount(const std::string &resource, const std::string &typed);
/// The same of a limit range's value, where a ratio is a plain number.
[[nodiscard]] core::Result<core::Json> canonicalLimit(const std::string &bound, const std::string &resource,
                                                      const std::string &typed);

/// Pure: the fields to set so that a value of a limit range becomes `value` (null: none), with what the server would
/// then fill in of the same resource, so that it is seen before and taken back after. What was filled in by an earlier
/// call, and is not in `base`, follows. An item that has no values left is removed.
[[nodiscard]] std::vector<FieldValue> limitFields(const core::Json &base, const core::Json &edited,
                                                  const std::string &type, const std::string &bound,
                                                  const std::string &resource, const core::Json &value);

/// An object that does not exist yet.
[[nodiscard]] core::Json newQuota(const kube::ObjectKey &key);
[[nodiscard]] core::Json newLimitRange(const kube::ObjectKey &key);

/// An object with changes made as typed.
struct TypedChange
{
    core::Json object;
    runbook::EditTask edit; ///< no fields: it is like that already
    std::string summary;    ///< "requests.cpu 10, pods not limited"
};

/// Pure: "requests.cpu=10 cores" sets a hard value, "pods-" removes one.
[[nodiscard]] core::Result<TypedChange> changedQuota(const core::Json &quota, const std::vector<std::string> &words);
/// Pure: "container.max.cpu=2" sets, "pvc.min.storage-" removes; types container, pod, pvc; bounds min, max, default,
/// defaultRequest, ratio. An error when the values contradict each other.
[[nodiscard]] core::Result<TypedChange> changedLimits(const core::Json &limitRange,
                                                      const std::vector<std::string> &words);

} // namespace binnacle::operations

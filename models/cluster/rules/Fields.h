// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/Records.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Reading unstructured objects without trusting their shape: a field of the wrong type reads as absent.
namespace binnacle::cluster::rules {

using Path = std::initializer_list<const char *>;

/// The value at a path, or nullptr when it is absent or null.
[[nodiscard]] const core::Json *at(const core::Json &json, Path path);
[[nodiscard]] long long integer(const core::Json &json, Path path, long long fallback = 0);
[[nodiscard]] std::string text(const core::Json &json, Path path);
[[nodiscard]] bool flag(const core::Json &json, Path path);

/// A list of metav1.Condition look-alikes; entries without a type are left out.
[[nodiscard]] std::vector<kube::Condition> conditionsIn(const core::Json *list);
/// status.conditions.
[[nodiscard]] std::vector<kube::Condition> conditionsOf(const core::Json &object);
[[nodiscard]] const kube::Condition *find(const std::vector<kube::Condition> &conditions, std::string_view type);
[[nodiscard]] bool isTrue(const std::vector<kube::Condition> &conditions, std::string_view type);
[[nodiscard]] bool isFalse(const std::vector<kube::Condition> &conditions, std::string_view type);
/// "Reason: message", as far as there is either.
[[nodiscard]] std::string words(const kube::Condition &condition);

} // namespace binnacle::cluster::rules

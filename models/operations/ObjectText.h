// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/ObjectReference.h"

#include <string>
#include <utility>

namespace binnacle::operations {

/// Names the object; an empty name when it has none.
[[nodiscard]] kube::ObjectKey keyOf(const core::Json &object);

/// Without what the server keeps for itself: status, resourceVersion, uid, generation, creationTimestamp,
/// managedFields, selfLink, and annotations by which controllers keep their books. What is left is what somebody asked
/// for.
[[nodiscard]] core::Json withoutBookkeeping(core::Json object);

/// A Secret's values as "*** (12 bytes)", so that a diff shows which keys change and never to what. With `before`, the
/// same object as it was: values that differ from there are "*** (changed, 12 bytes)".
[[nodiscard]] core::Json withMaskedSecrets(core::Json object);
[[nodiscard]] core::Json withMaskedSecrets(core::Json object, const core::Json &before);

/// Whether the value of an environment variable of this name, or a value like this one, is likely a secret that was
/// written where everybody can read it.
[[nodiscard]] bool looksSecret(const std::string &variable, const std::string &value);
/// Two states of an object with the values of such environment variables masked, so that a diff shows that one
/// changes, and not to what.
[[nodiscard]] std::pair<core::Json, core::Json> withMaskedVariables(core::Json before, core::Json after);

/// YAML for people and diffs: keys in order, texts of several lines as blocks.
[[nodiscard]] std::string toYamlText(const core::Json &value);

/// The unified diff of two texts with three lines of context; empty when they are equal.
[[nodiscard]] std::string unifiedDiff(const std::string &before, const std::string &after, const std::string &name);

/// The unified diff of two objects (null: does not exist), normalized and masked.
[[nodiscard]] std::string objectDiff(const core::Json &before, const core::Json &after);

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "kube/Discovery.h"

namespace binnacle::kube {

/// The object in a version of its kind that the server serves, fields converted where the schemas differ; unchanged
/// when its own version is served. Never drops a field silently: where no lossless mapping exists the answer is
/// Unsupported, naming what the server serves and what would be lost. Sources: the Kubernetes deprecation guide and the
/// API's own conversion functions.
[[nodiscard]] core::Result<core::Json> mapToServed(core::Json object, const Discovery &discovery);

/// Every apiVersion under which this kind is or was published, newest first: where to look for a kind whose
/// manifest names a version (or, as extensions/v1beta1, a group) that the server does not serve.
[[nodiscard]] std::vector<core::GroupVersionKind> equivalentVersions(const core::GroupVersionKind &kind);

/// The collection to read a kind from: its newest version that the server serves (autoscaling prefers v1, which hides
/// most of an autoscaler), in another group if it has moved (extensions). nullptr: not served.
[[nodiscard]] const ApiResource *newestServed(const Discovery &discovery, const core::GroupKind &kind);

} // namespace binnacle::kube

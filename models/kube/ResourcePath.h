// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Discovery.h"
#include "kube/ObjectReference.h"

#include <string>
#include <string_view>

namespace binnacle::kube {

/// Percent-encodes one path segment.
[[nodiscard]] std::string encodeSegment(std::string_view segment);

/// "/apis/apps/v1/namespaces/x/deployments"; an empty namespace lists all namespaces.
[[nodiscard]] std::string collectionPath(const ApiResource &resource, const core::Namespace &nameSpace);
/// The same with "/name" and, if given, "/subresource".
[[nodiscard]] std::string objectPath(const ApiResource &resource, const core::Namespace &nameSpace,
                                     std::string_view name, std::string_view subresource = {});

} // namespace binnacle::kube

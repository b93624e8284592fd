// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/Client.h"

#include <string>

namespace binnacle::kube {

enum class WriteVerb { Create, Replace, Apply };

/// Pure: the HTTP request for each of the API's verbs, from what discovery says. Unsupported when the server does not
/// serve the kind; Invalid when the object cannot be addressed.
/// @{
[[nodiscard]] core::Result<HttpRequest> buildGet(const Discovery &discovery, const ObjectKey &key,
                                                 const std::string &subresource);
[[nodiscard]] core::Result<HttpRequest> buildList(const Discovery &discovery, const core::GroupKind &kind,
                                                  const core::Namespace &nameSpace, const ListOptions &options);
[[nodiscard]] core::Result<HttpRequest> buildWrite(const Discovery &discovery, WriteVerb verb, core::Json object,
                                                   const WriteOptions &options);
[[nodiscard]] core::Result<HttpRequest> buildPatch(const Discovery &discovery, const ObjectKey &key, PatchKind kind,
                                                   const core::Json &patch, const std::string &subresource,
                                                   const WriteOptions &options);
[[nodiscard]] core::Result<HttpRequest> buildDelete(const Discovery &discovery, const ObjectKey &key,
                                                    const DeleteOptions &options);
[[nodiscard]] core::Result<HttpRequest> buildSubresourceCreate(const Discovery &discovery, const ObjectKey &key,
                                                               const std::string &subresource, const core::Json &body);
/// @}

/// "Deployment app-backend/backend" of an unstructured object.
[[nodiscard]] std::string describeObject(const core::Json &object);

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/Transport.h"

#include <memory>
#include <string>

namespace binnacle::kube {

/// The List that `request` asks for, whole: follows continue tokens, and joins the pages. `object` names it in errors.
[[nodiscard]] QFuture<core::Result<core::Json>> requestAllPages(std::shared_ptr<Transport> transport,
                                                                HttpRequest request, std::string object,
                                                                core::CancellationToken token);

/// The JSON of an answer, without managedFields; errors that lack them get the object and the request.
[[nodiscard]] core::Result<core::Json> parseBody(const core::Result<HttpResponse> &answer, const std::string &object,
                                                 const std::string &request);

} // namespace binnacle::kube

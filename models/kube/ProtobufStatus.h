// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string_view>

namespace binnacle::kube {

/// A body that holds a meta/v1 Status as the JSON that the API would have sent; null for any other body. Who asks for
/// protobuf gets refusals in protobuf too.
[[nodiscard]] core::Json statusFromProtobuf(std::string_view body);
/// The same for the message alone, as a watch's ERROR event holds it. Throws protozero's exceptions.
[[nodiscard]] core::Json statusFromMessage(std::string_view message);

} // namespace binnacle::kube

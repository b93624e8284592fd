// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Quantity.h"

namespace binnacle::core {

/// What a field of a form is about, and so which units it takes.
enum class Amount {
    Cores, ///< "2", "10 cores", "500m", "1.5 CPU"
    Bytes, ///< "20Gi", "20 GiB", "2 GB", "512 MB"
    Count, ///< "5"
};

/// What a person typed, as the quantity to send: spaces, "cores", "GB" and "GiB" are understood, "gb" as well as "GB".
/// Refused are negative amounts, and what is a well-formed quantity but hardly meant: half a byte ("512m" of memory is
/// 0.512 bytes to Kubernetes), half a pod.
[[nodiscard]] Result<Quantity> typedQuantity(std::string_view typed, Amount amount);

} // namespace binnacle::core

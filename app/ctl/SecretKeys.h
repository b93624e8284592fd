// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

namespace binnacle::ctl {

enum class Values { Hidden, Revealed };

/// {"kind","namespace","name","type","immutable","keys":[{"name","bytes","binary"}]} of a Secret or config map; with
/// values as {"value"}, or {"base64"} where they are no text.
[[nodiscard]] core::Json summaryOfConfig(const core::Json &object, Values values);

} // namespace binnacle::ctl

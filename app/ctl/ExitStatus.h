// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"

namespace binnacle::ctl {

/// A contract with scripts: the numbers never change.
enum class ExitStatus {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Unreachable = 3, ///< the cluster cannot be reached, or refuses the credentials
    Forbidden = 4,
    Cancelled = 5,
    GateTimeout = 6,
    Conflict = 7,
};

[[nodiscard]] ExitStatus exitStatusOf(const core::Error &error);

} // namespace binnacle::ctl

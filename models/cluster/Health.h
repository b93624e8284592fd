// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Records.h"

#include <string>

namespace binnacle::cluster {

/// Worst last: the worst child wins by comparing.
enum class HealthState { Healthy, Suspended, Progressing, Unknown, Missing, Degraded };

[[nodiscard]] const char *toString(HealthState state);

struct Health
{
    HealthState state = HealthState::Unknown;
    std::string reason; ///< words for an operator: "2 of 3 ready: backend-7d… CrashLoopBackOff, exit 1"

    friend bool operator==(const Health &, const Health &) = default;
};

[[nodiscard]] const Health &worse(const Health &a, const Health &b);

} // namespace binnacle::cluster

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/ClusterState.h"

#include <chrono>
#include <string>

namespace binnacle::simulator {

struct ProbeFinding
{
    std::string problem;  ///< empty: ready
    bool changes = false; ///< false: the answer stays as it is for as long as the container runs
    std::chrono::seconds period{10};
    int threshold = 3; ///< so many failures in a row make a ready pod unready
};

/// What the readiness probes of a running pod would find. A probe by a command runs that command, where the demo
/// cluster has its program. A container that is probed otherwise and that its environment tells host, user and password
/// of a database is unready while that database refuses the password.
[[nodiscard]] ProbeFinding probeReadiness(ClusterState &state, const core::Json &pod);

} // namespace binnacle::simulator

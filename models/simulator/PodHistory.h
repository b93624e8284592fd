// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ClusterState.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace binnacle::simulator {

/// How long a demo cluster has been up when it is shown first.
constexpr std::chrono::seconds demoUptime{40};

/// One container from one start to its end. Times are milliseconds since 1970.
struct ContainerRun
{
    static constexpr std::int64_t stillRuns = std::numeric_limits<std::int64_t>::max();

    std::string container;
    std::int64_t started = 0; ///< as its pod's status says
    std::int64_t since = 0;   ///< measured since then: long before `started` for what ran when the demo began
    std::int64_t until = stillRuns;
};

struct PodLife
{
    StoredPointer pod; ///< as it was last
    bool gone = false;
    std::int64_t deleted = 0;       ///< when it was told to go; 0: it was not
    std::vector<ContainerRun> runs; ///< oldest first
};

/// What ran when, by the pods' uids: all that measurements of the past are made from. Read from the storage's log, as
/// far as that goes back, and from the pods that are there. What ran when the demo began is taken to have run for as
/// long as a Prometheus of the reference stack keeps its data: an operator comes to a cluster with a past.
[[nodiscard]] std::map<std::string, PodLife> podLives(const ClusterState &state);

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/HealthRules.h"

#include <cstdint>
#include <string>

namespace binnacle::cluster {

/// What a deployment step waits for before the next one begins.
enum class GateKind {
    None,
    Ready,       ///< Healthy, for the generation that was applied
    Complete,    ///< a Job has finished well
    Established, ///< a CustomResourceDefinition is served
    Exists,      ///< the object is there
};

[[nodiscard]] const char *toString(GateKind kind);

/// One condition on one object, as it was when it was applied.
struct Gate
{
    GateKind kind = GateKind::Ready;
    kube::ObjectKey object;
    std::string uid;             ///< of the applied object; empty: any
    std::int64_t generation = 0; ///< metadata.generation after the apply; 0: kind without generations
    std::string resourceVersion; ///< after the apply; empty: any
};

enum class GateOutcome { Passed, Waiting, Failed };

struct GateResult
{
    GateOutcome outcome = GateOutcome::Waiting;
    std::string holds; ///< "waiting for postgres-0 to be ready: container postgres is starting"; empty when passed
    /// Waiting, and nothing in the cluster is seen that would end it: an ingress of a class that nobody has installed.
    bool unattended = false;

    friend bool operator==(const GateResult &, const GateResult &) = default;
};

/// Pure: reads the store and its clock, nothing else. Never passes on cached state older than what was applied: another
/// uid, a smaller generation or a smaller resource version wait. A container that cannot start keeps waiting, because
/// it may recover until the gate's timeout; a Job that failed for good fails at once.
[[nodiscard]] GateResult evaluate(const Gate &gate, const Store &store);

} // namespace binnacle::cluster

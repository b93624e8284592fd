// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"

#include <vector>

namespace binnacle::items {

/// How another object stands to the one that is looked at.
enum class RelationRole {
    Owner,       ///< made this one
    Owned,       ///< was made by it
    Uses,        ///< config map, secret, service account or volume that its pods read
    UsedBy,      ///< and the other way round
    SendsTo,     ///< a service's workloads
    ReachedBy,   ///< the services in front of it
    RoutesTo,    ///< an ingress's services
    RoutedFrom,  ///< the ingresses in front of it
    Scales,      ///< an autoscaler's workload
    ScaledBy,    ///< and its autoscaler
    Protects,    ///< a disruption budget's workloads
    ProtectedBy, ///< and their budget
    RunsOn,      ///< a pod's node
};

struct Relation
{
    RelationRole role;
    kube::ObjectKey key;

    friend bool operator==(const Relation &, const Relation &) = default;
};

/// Everything in the store that belongs to an object, and what it belongs to. Named things come whether or not they are
/// there: that a config map is missing is worth seeing.
[[nodiscard]] std::vector<Relation> relationsOf(const kube::ObjectKey &key, const cluster::Store &store);

} // namespace binnacle::items

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <map>
#include <string>
#include <vector>

namespace binnacle::stack {

/// Whether a node's taints count that come and go with its condition (not-ready, memory-pressure ...).
enum class Conditions { Count, Ignore };

/// Why the scheduler keeps pods of this spec off the node whatever room it has, as a person would say it of nodes ("has
/// the taint gpu=true:NoSchedule"); empty: it does not. Taints, cordons, node selectors and required node affinity
/// (kubernetes.io/docs/concepts/scheduling-eviction). `daemon`: its pods get the tolerations of a DaemonSet's.
[[nodiscard]] std::string nodeRefusal(const core::Json &podSpec, bool daemon, const core::Json &node,
                                      Conditions conditions);

/// Node selector and required node affinity alone.
[[nodiscard]] bool isChosen(const core::Json &podSpec, const core::Json &node);

/// A port of a pod that only one pod can have on a node.
struct HostPort
{
    std::string address; ///< "0.0.0.0": of all addresses
    std::string protocol;
    long long port = 0;
};
[[nodiscard]] std::vector<HostPort> hostPortsOf(const core::Json &podSpec);
[[nodiscard]] bool areInConflict(const std::vector<HostPort> &a, const std::vector<HostPort> &b);

} // namespace binnacle::stack

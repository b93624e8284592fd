// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "core/Json.h"

#include <map>
#include <optional>
#include <string>

namespace binnacle::stack {

using Labels = std::map<std::string, std::string>;

/// One end of a connection: the pods that a workload's template makes.
struct Endpoint
{
    core::Namespace nameSpace;
    Labels labels;
    std::map<std::string, int> namedPorts; ///< of the template's containers
};

/// metav1.LabelSelector; an absent or empty one matches everything.
[[nodiscard]] bool matches(const core::Json *selector, const Labels &labels);

/// The policy that forbids `from` to reach `to` on a pod port, in words, or nothing. Only says so when sure: an address
/// block may hold any pod, and a namespace that is not in the store may have any label.
[[nodiscard]] std::optional<std::string> forbiddenBy(const Endpoint &from, const Endpoint &to,
                                                     const std::string &protocol, int port,
                                                     const cluster::Store &store);

} // namespace binnacle::stack

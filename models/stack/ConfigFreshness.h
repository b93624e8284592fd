// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/ConfigUsage.h"

#include <chrono>
#include <map>
#include <optional>

namespace binnacle::stack {

/// When keys were written, as far as a journal knows.
using KnownWrites = std::map<std::string, std::chrono::system_clock::time_point>;

/// When this key was last written, as its managedFields say, or `known` where that is later by more than clocks differ:
/// servers before 1.22 leave a manager's time as it was when it writes the same fields again. A manager has one time
/// for all that it owns, so this may be too late and never too early. Empty key: when any key was. Nothing: not known.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point>
lastWritten(const core::Json &config, const std::string &key = {}, const KnownWrites &known = {});

/// A container that was started before the key was last written and so still has the old value.
struct StaleContainer
{
    kube::ObjectKey pod;
    std::string container;
    ConfigUse use = ConfigUse::Environment;
    std::string key; ///< empty: any of them
    std::chrono::system_clock::time_point started;
    std::optional<kube::ObjectKey> workload; ///< whose restart replaces the pod; nothing: it has none
};

/// Of these pods. `objects` also holds the replica sets between pods and deployments; `config` has its managedFields.
[[nodiscard]] std::vector<StaleContainer> staleContainers(const std::vector<core::Json> &objects,
                                                          const core::Json &config, const std::string &key = {},
                                                          const KnownWrites &known = {});

} // namespace binnacle::stack

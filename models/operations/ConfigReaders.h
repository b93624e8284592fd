// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "runbook/Journal.h"
#include "stack/ConfigFreshness.h"

namespace binnacle::operations {

/// Where a Secret or config map is used, and who still runs with what it held before.
struct ConfigReaders
{
    std::vector<stack::ConfigUser> users; ///< pods only where no workload stands for them
    std::vector<stack::StaleContainer> stale;
    std::vector<std::string> unread; ///< kinds that this user may not list: what uses it there is not known

    /// Workloads whose pods read any of these keys (none: all) only when they start.
    [[nodiscard]] std::vector<kube::ObjectKey> toRestart(const std::vector<std::string> &keys = {}) const;
    /// Workloads with a pod that still has an old value.
    [[nodiscard]] std::vector<kube::ObjectKey> staleWorkloads() const;
    /// Pods with an old value that no workload would replace.
    [[nodiscard]] std::vector<kube::ObjectKey> stalePods() const;
};

/// When this computer wrote which keys of the object, as its journal says.
[[nodiscard]] stack::KnownWrites knownWrites(const runbook::Journal &journal, const runbook::Target &target,
                                             const kube::ObjectKey &config);

/// Looks at everything in the object's namespace. `key`: only where that one is meant; empty: any.
[[nodiscard]] QFuture<core::Result<ConfigReaders>> configReaders(std::shared_ptr<kube::Client> client,
                                                                 const kube::ObjectKey &config, const std::string &key,
                                                                 const stack::KnownWrites &known,
                                                                 core::CancellationToken token = {});

/// "variable DB_PASSWORD of container web, read when it starts": for people.
[[nodiscard]] std::string describe(const stack::ConfigUser &user);

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "runbook/Executor.h"

namespace binnacle::operations {

/// What the gates of a plan need to be watched.
[[nodiscard]] std::vector<cluster::Feed> feedsOf(const runbook::Plan &plan);

/// Judges gates from a store that somebody keeps filled; again whenever the store changes.
class StoreGateKeeper final : public runbook::GateKeeper
{
    Q_OBJECT

public:
    explicit StoreGateKeeper(const cluster::Store &store, QObject *parent = nullptr);

    [[nodiscard]] runbook::GateVerdict judge(const runbook::Step &step,
                                             const std::vector<runbook::Applied> &applied) const override;

private:
    [[nodiscard]] std::optional<runbook::GateWait> waitFor(runbook::GateKind kind, const kube::ObjectKey &object,
                                                           const runbook::Applied &applied) const;
    [[nodiscard]] std::optional<runbook::GateWait> blindness(const kube::ObjectKey &object) const;

    const cluster::Store &m_store;
};

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "runbook/RunState.h"

#include <QFuture>
#include <QObject>

namespace binnacle::runbook {

/// What an object was before a runbook touched it. Of Secrets `object` lacks data: values are never recorded.
struct Previous
{
    bool existed = false;
    std::shared_ptr<const core::Json> object; ///< without status and server bookkeeping
    core::Uid uid;
    core::ResourceVersion resourceVersion;
    std::vector<std::string> secretKeys; ///< of a Secret: which keys it had
};

/// Does what the engine decides. Calls come from the runner's thread, one at a time for each task.
class EffectExecutor
{
public:
    virtual ~EffectExecutor() = default;
    [[nodiscard]] virtual QFuture<core::Result<Previous>> prepare(const Plan &plan, const Task &task,
                                                                  core::CancellationToken token) = 0;
    [[nodiscard]] virtual QFuture<core::Result<Applied>>
    execute(const Plan &plan, const Task &task, const Previous &previous, core::CancellationToken token) = 0;
    /// What an operator would type to do the same by hand; without secret values.
    [[nodiscard]] virtual std::string kubectlEquivalent(const Plan &plan, const Task &task) const = 0;
};

/// Judges gates from what is known of the cluster. Lives in the runner's thread.
class GateKeeper : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    /// `applied` is in the order of the step's tasks.
    [[nodiscard]] virtual GateVerdict judge(const Step &step, const std::vector<Applied> &applied) const = 0;

signals:
    /// Something that a gate may depend on has changed.
    void changed();
};

} // namespace binnacle::runbook

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/Client.h"
#include "operations/SecretValues.h"
#include "runbook/Executor.h"

namespace binnacle::operations {

/// Does tasks against an API server. Each write is such that repeating it does no harm.
class KubeExecutor final : public runbook::EffectExecutor
{
public:
    KubeExecutor(std::shared_ptr<kube::Client> client, core::Random &random, SecretValues secrets);

    [[nodiscard]] QFuture<core::Result<runbook::Previous>> prepare(const runbook::Plan &plan, const runbook::Task &task,
                                                                   core::CancellationToken token) override;
    [[nodiscard]] QFuture<core::Result<runbook::Applied>> execute(const runbook::Plan &plan, const runbook::Task &task,
                                                                  const runbook::Previous &previous,
                                                                  core::CancellationToken token) override;
    [[nodiscard]] std::string kubectlEquivalent(const runbook::Plan &plan, const runbook::Task &task) const override;

private:
    using Applying = QFuture<core::Result<runbook::Applied>>;

    [[nodiscard]] Applying apply(const runbook::Plan &plan, const runbook::Task &task, const runbook::ApplyTask &work,
                                 const runbook::Previous &previous, const core::CancellationToken &token);
    [[nodiscard]] Applying addSecret(const runbook::Task &task, const runbook::SecretTask &work,
                                     const runbook::Previous &previous, const core::CancellationToken &token);
    [[nodiscard]] Applying removeNow(const runbook::Task &task, const runbook::Previous &previous,
                                     const kube::DeleteOptions &options, const core::CancellationToken &token);
    [[nodiscard]] Applying remove(const runbook::Task &task, const runbook::DeleteTask &work,
                                  const runbook::Previous &previous, const core::CancellationToken &token);
    [[nodiscard]] Applying restore(const runbook::Task &task, const runbook::RestoreTask &work,
                                   const runbook::Previous &previous, const core::CancellationToken &token);
    [[nodiscard]] Applying restart(const runbook::Task &task, const runbook::RestartTask &work,
                                   const runbook::Previous &previous, const core::CancellationToken &token);
    [[nodiscard]] Applying edit(const runbook::Task &task, const runbook::EditTask &work,
                                const runbook::Previous &previous, const core::CancellationToken &token);

    std::shared_ptr<kube::Client> m_client;
    core::Random &m_random;
    SecretValues m_secrets;
};

/// The manifest as it is to be applied: without `replicas` where the object exists and an autoscaler owns the number.
[[nodiscard]] core::Json manifestToApply(const runbook::Plan &plan, const runbook::Task &task,
                                         const runbook::ApplyTask &work, bool exists, bool *omitted = nullptr);

/// Server-side apply. Fields that an earlier rollback of ours wrote count for the server as another manager's of our
/// own name: those are taken back; anybody else's are a conflict.
[[nodiscard]] QFuture<core::Result<core::Json>> applyAsOwner(std::shared_ptr<kube::Client> client, core::Json manifest,
                                                             kube::WriteOptions options, core::CancellationToken token);

/// The merge patch that restarts a workload's pods.
[[nodiscard]] core::Json restartPatch(const runbook::RestartTask &work);
/// Why this object (null: it does not exist) cannot be restarted: it is gone, or its rollout is paused.
[[nodiscard]] std::optional<core::Error> restartRefusal(const runbook::Task &task, const core::Json &live);

} // namespace binnacle::operations

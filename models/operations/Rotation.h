// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/Client.h"
#include "runbook/Journal.h"
#include "runbook/Plan.h"

namespace binnacle::operations {

/// The Secret beside the rotated one that holds the old and the new value while a rotation lasts.
[[nodiscard]] kube::ObjectKey stagingSecret(const kube::ObjectKey &secret);

/// Who must be started anew to use a new value: workloads, the database's own first. Jobs and cron jobs read it when
/// they next run.
[[nodiscard]] QFuture<core::Result<std::vector<kube::ObjectKey>>>
rotationConsumers(std::shared_ptr<kube::Client> client, const runbook::RotationSubject &subject,
                  core::CancellationToken token = {});

/// Stage, check, alter, write, restart, prove, clean up. Without a database: stage, write, restart, clean up.
[[nodiscard]] core::Result<runbook::Plan> rotationPlan(const runbook::RotationSubject &subject,
                                                       const std::vector<kube::ObjectKey> &consumers,
                                                       const runbook::Target &target, const core::Clock &clock,
                                                       core::Random &random);

/// Puts everything back to the old value, in the reverse order, and proves it. For a rotation that failed, was
/// cancelled, or was interrupted; safe to repeat, also when nothing was staged yet.
[[nodiscard]] core::Result<runbook::Plan> rotationRevertPlan(const runbook::Plan &rotation,
                                                             const runbook::Target &target, const core::Clock &clock,
                                                             core::Random &random);

/// The rotation of this key, or the taking back of one, that has not ended well; NotFound: there is none.
[[nodiscard]] core::Result<runbook::Plan> unfinishedRotation(const runbook::Journal &journal,
                                                             const runbook::Target &target,
                                                             const runbook::RotationSubject &subject);
/// Whether the values are still kept by which this rotation could be taken back, as far as the journal knows.
[[nodiscard]] core::Result<bool> canTakeBack(const runbook::Journal &journal, const runbook::Plan &rotation);

} // namespace binnacle::operations

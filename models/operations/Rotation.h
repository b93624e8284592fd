// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/Client.h"
#include "runbook/Journal.h"
#include "runbook/Plan.h"

namespace binnacle::operations {

/// The Secret beside the rotated one that holds the old and the new value while a rotation lasts.
[[nodiscard]] kube::ObjectKey stagingSecret(const kube::ObjectKey &secret);

/// A rotation by what the cluster keeps of it, wherever it was begun.
struct StagedRotation
{
    std::string rotation;
    runbook::RotationSubject subject;
};

/// On the staging Secret: which rotation made it, and what it is about.
constexpr const char *rotationAnnotation = "binnacle.dev/rotation";
constexpr const char *rotationSubjectAnnotation = "binnacle.dev/rotation-of";
[[nodiscard]] core::Json stagedSubject(const runbook::RotationSubject &subject);
/// NotFound: no values are kept beside this Secret, or not by a rotation.
[[nodiscard]] QFuture<core::Result<StagedRotation>>
stagedRotation(std::shared_ptr<kube::Client> client, const kube::ObjectKey &secret, core::CancellationToken token = {});

/// What is done about pods that a restart would not replace.
enum class LeftBehind {
    Refused, ///< an error names the first: after a rotation it would run with a value that does not work
    Allowed, ///< as they have the old value too, or will be replaced by hand
};

/// Who must be started anew to use a new value: workloads, the database's own first. Jobs and cron jobs read it when
/// they next run. An error when one of them cannot be restarted now, because its rollout is paused or, unless that is
/// allowed, its pods or others that use the value would stay.
[[nodiscard]] QFuture<core::Result<std::vector<kube::ObjectKey>>>
rotationConsumers(std::shared_ptr<kube::Client> client, const runbook::RotationSubject &subject, LeftBehind left,
                  core::CancellationToken token = {});

/// Stage, check, alter, write, restart, prove, clean up. Without a database: stage, write, restart, prove, clean up.
[[nodiscard]] core::Result<runbook::Plan> rotationPlan(const runbook::RotationSubject &subject,
                                                       const std::vector<kube::ObjectKey> &consumers,
                                                       const runbook::Target &target, const core::Clock &clock,
                                                       core::Random &random);

/// Puts back to the old value what the rotation has begun to change, in the reverse order, and proves it. For a
/// rotation that failed, was cancelled, or was interrupted; safe to repeat. Unsupported once it may have forgotten the
/// old value: then there is only the way forward.
[[nodiscard]] core::Result<runbook::Plan> rotationRevertPlan(const runbook::Journal &journal,
                                                             const runbook::Plan &rotation,
                                                             const runbook::Target &target, const core::Clock &clock,
                                                             core::Random &random);
/// The same for one that another computer's journal knows. How far it came is not known here, so all is put back.
[[nodiscard]] core::Result<runbook::Plan> rotationRevertPlan(const StagedRotation &staged,
                                                             const std::vector<kube::ObjectKey> &consumers,
                                                             const runbook::Target &target, const core::Clock &clock,
                                                             core::Random &random);
/// Whether a rotation takes back one, and so is resumed rather than taken back itself.
[[nodiscard]] bool isTakingBack(const runbook::Plan &rotation);
/// Whether a plan of that kind only forgets values, as nothing had been changed yet.
[[nodiscard]] bool changesNothing(const runbook::Plan &revert);
/// Whether a rotation that ended with this error is taken back at once. Not when the cluster cannot be reached: then
/// the operator decides, when it can again.
[[nodiscard]] bool isTakenBackAfter(const core::Error &error);

/// The rotation of this key, or the taking back of one, that has not ended well; NotFound: there is none.
[[nodiscard]] core::Result<runbook::Plan> unfinishedRotation(const runbook::Journal &journal,
                                                             const runbook::Target &target,
                                                             const runbook::RotationSubject &subject);
/// Every rotation in this cluster that has not ended well and can still be resumed or taken back, the newest of each
/// key.
[[nodiscard]] core::Result<std::vector<runbook::Plan>> unfinishedRotations(const runbook::Journal &journal,
                                                                           const runbook::Target &target);
/// Whether the values are still kept by which this rotation could be taken back, as far as the journal knows.
[[nodiscard]] core::Result<bool> canTakeBack(const runbook::Journal &journal, const runbook::Plan &rotation);
/// What the rotation is about; null: it is none.
[[nodiscard]] const runbook::RotationSubject *subjectOf(const runbook::Plan &rotation);

} // namespace binnacle::operations

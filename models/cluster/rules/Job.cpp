// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::cluster::rules {

namespace {

/// The last attempt's end, for a job whose own condition only says "BackoffLimitExceeded".
std::string lastAttempt(const std::vector<kube::RecordPointer> &pods, const Store &store)
{
    const kube::ObjectRecord *last = nullptr;
    for (const auto &pod : pods) {
        const auto *record = std::get_if<kube::PodRecord>(&pod->body);
        if (record && record->phase == kube::PodPhase::Failed && (!last || pod->meta.created >= last->meta.created))
            last = pod.get();
    }
    return last ? last->meta.name + " " + podHealth(*last, store).reason : std::string();
}

Health judge(const kube::JobRecord &job, const std::vector<kube::RecordPointer> &pods, const Store &store)
{
    // A condition counts only when True: a resumed job keeps Suspended=False, a retried one Failed=False.
    if (const kube::Condition *failed = find(job.conditions, "Failed"))
        if (failed->status == kube::ConditionStatus::True) {
            const std::string attempt = lastAttempt(pods, store);
            return degraded("failed: " + words(*failed) + (attempt.empty() ? "" : "; " + attempt));
        }
    if (isTrue(job.conditions, "Complete"))
        return healthy("completed");
    if (isTrue(job.conditions, "FailureTarget"))
        return degraded("failing: " + words(*find(job.conditions, "FailureTarget")));
    // KEP-3998: the result is known, and the pods that are left over are being stopped.
    if (isTrue(job.conditions, "SuccessCriteriaMet"))
        return progressing("has succeeded, its remaining pods are being stopped");
    if (job.suspended || isTrue(job.conditions, "Suspended"))
        return suspended("suspended, " + ofDesired(job.succeeded, job.completions, "done"));
    if (job.started == 0 && job.active == 0 && job.succeeded == 0)
        return combine(progressing("not started yet"), worstPod(pods, store));
    std::string reason =
        ofDesired(job.succeeded, job.completions, "done") + ", " + std::to_string(job.active) + " running";
    if (job.failed > 0) {
        reason += ", " + std::to_string(job.failed) + " failed";
        if (const std::string attempt = lastAttempt(pods, store); !attempt.empty())
            reason += " (" + attempt + ")";
    }
    const PodVerdict verdict = worstPod(pods, store);
    return verdict.worst.state == HealthState::Degraded ? combine(progressing(reason), verdict) : progressing(reason);
}

/// A job of a server or file whose version has no record decoder.
kube::JobRecord fromJson(const core::Json &json)
{
    kube::JobRecord job;
    job.parallelism = static_cast<std::int32_t>(integer(json, {"spec", "parallelism"}, 1));
    job.completions = static_cast<std::int32_t>(integer(json, {"spec", "completions"}, job.parallelism));
    job.active = static_cast<std::int32_t>(integer(json, {"status", "active"}));
    job.succeeded = static_cast<std::int32_t>(integer(json, {"status", "succeeded"}));
    job.failed = static_cast<std::int32_t>(integer(json, {"status", "failed"}));
    job.suspended = flag(json, {"spec", "suspend"});
    job.started = at(json, {"status", "startTime"}) ? 1 : 0;
    job.conditions = conditionsOf(json);
    return job;
}

/// Its last run began after the last success, nothing runs, and no job is left to tell why: it failed, or was deleted.
/// Servers before 1.21 do not keep lastSuccessfulTime.
std::string unsuccessfulSince(const core::Json &json)
{
    const std::string scheduledText = text(json, {"status", "lastScheduleTime"});
    const auto scheduled = core::parseTime(scheduledText);
    const auto succeeded = core::parseTime(text(json, {"status", "lastSuccessfulTime"}));
    const core::Json *active = at(json, {"status", "active"});
    const bool runs = active && active->is_array() && !active->empty();
    return scheduled && succeeded && *succeeded < *scheduled && !runs ? scheduledText : std::string();
}

struct Runs
{
    const kube::ObjectRecord *lastFinished = nullptr;
    const kube::ObjectRecord *running = nullptr;
};

Runs runsOf(const std::vector<kube::RecordPointer> &jobs)
{
    Runs runs;
    for (const auto &record : jobs) {
        const auto *job = std::get_if<kube::JobRecord>(&record->body);
        if (!job || record->meta.deleted != 0)
            continue;
        const bool finished = isTrue(job->conditions, "Complete") || isTrue(job->conditions, "Failed");
        const kube::ObjectRecord *&slot = finished ? runs.lastFinished : runs.running;
        if (!slot || record->meta.created >= slot->meta.created)
            slot = record.get();
    }
    return runs;
}

} // namespace

Health jobHealth(const kube::ObjectRecord &object, const Store &store)
{
    std::vector<kube::RecordPointer> pods;
    if (!object.meta.uid.empty())
        pods = store.ownedBy(core::Uid(object.meta.uid));
    const core::Json *json = object.json();
    const auto *record = std::get_if<kube::JobRecord>(&object.body);
    if (!record && !json)
        return unknown("only its metadata is known");
    const kube::JobRecord job = record ? *record : fromJson(*json);
    Health health = judge(job, pods, store);
    if (health.state == HealthState::Progressing && job.active == 0) {
        if (const std::string refused = refusedPod(object, store); !refused.empty())
            return degraded(health.reason + ": " + refused);
    }
    return health;
}

Health cronJobHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const Runs runs = object.meta.uid.empty() ? Runs() : runsOf(store.ownedBy(core::Uid(object.meta.uid)));
    if (runs.running) {
        const Health health = jobHealth(*runs.running, store);
        if (health.state == HealthState::Degraded)
            return degraded("its run " + runs.running->meta.name + ": " + health.reason);
    }
    const auto *last = runs.lastFinished ? std::get_if<kube::JobRecord>(&runs.lastFinished->body) : nullptr;
    if (last && isTrue(last->conditions, "Failed"))
        return degraded("its last run " + runs.lastFinished->meta.name + " " +
                        jobHealth(*runs.lastFinished, store).reason);
    if (flag(*json, {"spec", "suspend"}))
        return suspended("suspended");
    if (runs.running)
        return healthy("running now: " + runs.running->meta.name);
    if (const std::string since = unsuccessfulSince(*json); !since.empty())
        return degraded("its run of " + since + " did not succeed, the last that did ended at " +
                        text(*json, {"status", "lastSuccessfulTime"}));
    if (last)
        return healthy("its last run " + runs.lastFinished->meta.name + " completed");
    const std::string schedule = text(*json, {"spec", "schedule"});
    const std::string since = text(*json, {"status", "lastScheduleTime"});
    return healthy(since.empty() ? "waiting for its first run" + (schedule.empty() ? "" : " (" + schedule + ")")
                                 : "last scheduled at " + since);
}

} // namespace binnacle::cluster::rules

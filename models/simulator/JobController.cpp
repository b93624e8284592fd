// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

class JobController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || isBeingDeleted(stored->object()))
            return {};
        const Json &job = stored->object();
        if (conditionIsTrue(job, "Complete") || conditionIsTrue(job, "Failed"))
            return expire(job);
        long long active = 0, succeeded = 0, failed = 0, ready = 0;
        for (const StoredPointer &pod : ownedBy(m_state, "pods", job)) {
            const std::string phase = textAt(pod->object(), {"status", "phase"});
            succeeded += phase == "Succeeded" ? 1 : 0;
            failed += phase == "Failed" ? 1 : 0;
            active += !isPodFinished(pod->object()) && !isBeingDeleted(pod->object()) ? 1 : 0;
            ready += isPodReady(pod->object()) ? 1 : 0;
        }
        const long long completions = numberAt(job, {"spec", "completions"}, 1);
        const bool suspended = flagAt(job, {"spec", "suspend"});
        const bool done = succeeded >= completions;
        const bool broken = failed > numberAt(job, {"spec", "backoffLimit"}, 6);
        const auto start = core::parseTime(textAt(job, {"status", "startTime"}));
        const long long deadline = numberAt(job, {"spec", "activeDeadlineSeconds"});
        const bool late = deadline > 0 && start && m_state.clock.now() - *start >= std::chrono::seconds(deadline);
        if (!done && !broken && !late && !suspended) {
            const long long wanted = std::min(numberAt(job, {"spec", "parallelism"}, 1), completions - succeeded);
            for (; active < wanted; ++active)
                if (!createPod(job))
                    break;
        } else if (broken || late || suspended) {
            removeActive(job);
            failed += suspended ? 0 : active;
            active = 0;
            ready = 0;
        }
        m_state.update(collection(), name, [&](Json &changed) {
            Json &status = changed["status"];
            if (!status.is_object())
                status = Json::object();
            if (!status.contains("startTime") && !suspended)
                status["startTime"] = m_state.timeText();
            const std::pair<const char *, long long> counts[] = {
                {"active", active}, {"succeeded", succeeded}, {"failed", failed}};
            for (const auto &[field, count] : counts) {
                if (count > 0)
                    status[field] = count;
                else
                    status.erase(field);
            }
            status["ready"] = ready;
            finish(changed, done, broken, late, suspended);
        });
        return deadline > 0 && !done ? Delay(std::chrono::seconds(1)) : Delay();
    }

private:
    bool createPod(const Json &job)
    {
        Json pod = podFromTemplate(job, job["spec"]["template"]);
        pod["metadata"]["generateName"] = nameOf(job).name + "-";
        WriteOptions options;
        options.internal = true;
        const auto created =
            m_registry.create(*m_state.resources.stored("pods"), nameOf(job).nameSpace, std::move(pod), options);
        if (created)
            m_state.recordEvent(job, "Normal", "SuccessfulCreate",
                                "Created pod: " + textAt(created->object, {"metadata", "name"}), "job-controller");
        else
            m_state.recordEvent(job, "Warning", "FailedCreate", "Error creating: " + created.error().message,
                                "job-controller");
        return created.has_value();
    }

    void removeActive(const Json &job)
    {
        for (const StoredPointer &pod : ownedBy(m_state, "pods", job))
            if (!isPodFinished(pod->object()) && !isBeingDeleted(pod->object()))
                (void)m_registry.remove(*m_state.resources.stored("pods"), nameOf(pod->object()), {});
    }

    void finish(Json &job, bool done, bool broken, bool late, bool suspended)
    {
        const std::string time = m_state.timeText();
        if (done) {
            setCondition(job, "SuccessCriteriaMet", "True", "CompletionsReached",
                         "Reached expected number of succeeded pods", time);
            setCondition(job, "Complete", "True", "CompletionsReached", "Reached expected number of succeeded pods",
                         time);
            job["status"]["completionTime"] = time;
            m_state.recordEvent(job, "Normal", "Completed", "Job completed", "job-controller");
        } else if (broken || late) {
            const std::string reason = broken ? "BackoffLimitExceeded" : "DeadlineExceeded";
            const std::string message = broken ? "Job has reached the specified backoff limit"
                                               : "Job was active longer than specified deadline";
            setCondition(job, "Failed", "True", reason, message, time);
            m_state.recordEvent(job, "Warning", reason, message, "job-controller");
        } else if (suspended) {
            setCondition(job, "Suspended", "True", "JobSuspended", "Job suspended", time);
        } else if (conditionIsTrue(job, "Suspended")) {
            setCondition(job, "Suspended", "False", "JobResumed", "Job resumed", time);
        }
    }

    Delay expire(const Json &job)
    {
        const Json &ttl = at(job, {"spec", "ttlSecondsAfterFinished"});
        if (!ttl.is_number())
            return {};
        const Json &failure = condition(job, "Failed");
        const auto finished = core::parseTime(failure.is_null() ? textAt(job, {"status", "completionTime"})
                                                                : textAt(failure, {"lastTransitionTime"}));
        const auto left = finished ? *finished + std::chrono::seconds(ttl.get<long long>()) - m_state.clock.now()
                                   : std::chrono::seconds(ttl.get<long long>());
        if (left > std::chrono::seconds(0))
            return std::chrono::duration_cast<std::chrono::milliseconds>(left) + std::chrono::seconds(1);
        (void)m_registry.remove(*m_state.resources.stored(collection()), nameOf(job), {});
        return {};
    }
};

} // namespace

ControllerPointer makeJobController(ClusterState &state, Registry &registry)
{
    return std::make_unique<JobController>(state, registry, "jobs.batch");
}

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Controllers.h"
#include "simulator/CronSchedule.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

class CronJobController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || isBeingDeleted(stored->object()))
            return {};
        const Json &cron = stored->object();
        const auto jobs = ownedBy(m_state, "jobs.batch", cron);
        forgetOld(cron, jobs);
        updateStatus(name, jobs);
        const auto schedule = CronSchedule::parse(textAt(cron, {"spec", "schedule"}));
        if (!schedule || flagAt(cron, {"spec", "suspend"}))
            return {};
        std::string from = textAt(cron, {"status", "lastScheduleTime"});
        if (from.empty())
            from = textAt(cron, {"metadata", "creationTimestamp"});
        auto due = schedule->next(core::parseTime(from).value_or(m_state.clock.now()));
        if (due && *due <= m_state.clock.now()) {
            // Of runs that were missed only the latest is made up for.
            for (auto later = schedule->next(*due); later && *later <= m_state.clock.now();
                 later = schedule->next(*due))
                due = later;
            start(cron, *due, jobs);
            due = schedule->next(m_state.clock.now());
        }
        if (!due)
            return {};
        return std::chrono::duration_cast<std::chrono::milliseconds>(*due - m_state.clock.now()) +
               std::chrono::milliseconds(50);
    }

private:
    static bool finished(const Json &job) { return conditionIsTrue(job, "Complete") || conditionIsTrue(job, "Failed"); }

    void start(const Json &cron, std::chrono::system_clock::time_point due, const std::vector<StoredPointer> &jobs)
    {
        const std::string policy = textAt(cron, {"spec", "concurrencyPolicy"});
        const Resource &resource = *m_state.resources.stored("jobs.batch");
        for (const StoredPointer &job : jobs) {
            if (finished(job->object()))
                continue;
            if (policy == "Forbid")
                return;
            if (policy == "Replace")
                (void)m_registry.remove(resource, nameOf(job->object()), {});
        }
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(due.time_since_epoch()).count();
        Json job = at(cron, {"spec", "jobTemplate"});
        job["apiVersion"] = "batch/v1";
        job["kind"] = "Job";
        job["metadata"]["name"] = nameOf(cron).name + "-" + std::to_string(minutes);
        job["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"] = core::formatTime(due);
        job["metadata"]["ownerReferences"] = Json::array({controllerReference(cron)});
        WriteOptions options;
        options.internal = true;
        const auto created = m_registry.create(resource, nameOf(cron).nameSpace, std::move(job), options);
        if (created)
            m_state.recordEvent(cron, "Normal", "SuccessfulCreate",
                                "Created job " + textAt(created->object, {"metadata", "name"}), "cronjob-controller");
        m_state.update(collection(), nameOf(cron),
                       [&](Json &changed) { changed["status"]["lastScheduleTime"] = core::formatTime(due); });
    }

    void forgetOld(const Json &cron, std::vector<StoredPointer> jobs)
    {
        std::sort(jobs.begin(), jobs.end(), [](const StoredPointer &a, const StoredPointer &b) {
            return textAt(a->object(), {"metadata", "creationTimestamp"}) >
                   textAt(b->object(), {"metadata", "creationTimestamp"});
        });
        long long complete = numberAt(cron, {"spec", "successfulJobsHistoryLimit"}, 3);
        long long failed = numberAt(cron, {"spec", "failedJobsHistoryLimit"}, 1);
        for (const StoredPointer &job : jobs) {
            const bool over = conditionIsTrue(job->object(), "Complete") ? complete-- <= 0
                              : conditionIsTrue(job->object(), "Failed") ? failed-- <= 0
                                                                         : false;
            if (over && !isBeingDeleted(job->object()))
                (void)m_registry.remove(*m_state.resources.stored("jobs.batch"), nameOf(job->object()), {});
        }
    }

    void updateStatus(const ObjectName &name, const std::vector<StoredPointer> &jobs)
    {
        m_state.update(collection(), name, [&](Json &cron) {
            Json active = Json::array();
            std::string last = textAt(cron, {"status", "lastSuccessfulTime"});
            for (const StoredPointer &job : jobs) {
                const Json &object = job->object();
                if (!finished(object))
                    active.push_back({{"apiVersion", "batch/v1"},
                                      {"kind", "Job"},
                                      {"namespace", name.nameSpace},
                                      {"name", nameOf(object).name},
                                      {"uid", object["metadata"]["uid"]}});
                last = std::max(last, textAt(object, {"status", "completionTime"}));
            }
            if (!cron.contains("status"))
                cron["status"] = Json::object();
            if (active.empty())
                cron["status"].erase("active");
            else
                cron["status"]["active"] = std::move(active);
            if (!last.empty())
                cron["status"]["lastSuccessfulTime"] = last;
        });
    }
};

} // namespace

ControllerPointer makeCronJobController(ClusterState &state, Registry &registry)
{
    return std::make_unique<CronJobController>(state, registry, "cronjobs.batch");
}

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/PodHistory.h"

#include "core/Clock.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr std::chrono::milliseconds retention = std::chrono::hours(16 * 24);

/// 0: no time.
std::int64_t millisecondsOf(const std::string &time)
{
    const auto parsed = core::parseTime(time);
    return parsed ? std::chrono::duration_cast<std::chrono::milliseconds>(parsed->time_since_epoch()).count() : 0;
}

/// When what ran came to its end, by what the pod's status says of it now.
std::int64_t endOf(const Json &pod, const Json &status)
{
    std::int64_t end = 0;
    for (const char *const state : {"state", "lastState"})
        end = std::max(end, millisecondsOf(textAt(status, {state, "terminated", "finishedAt"})));
    return end != 0 ? end : millisecondsOf(textAt(pod, {"metadata", "deletionTimestamp"}));
}

/// `gone`: this is the last of the pod.
void look(std::map<std::string, PodLife> &lives, const StoredPointer &stored, bool gone)
{
    const Json &pod = stored->object();
    PodLife &life = lives[textAt(pod, {"metadata", "uid"})];
    life.pod = stored;
    life.gone = gone;
    life.deleted = millisecondsOf(textAt(pod, {"metadata", "deletionTimestamp"}));
    for (const Json &status : at(pod, {"status", "containerStatuses"})) {
        const std::string name = textAt(status, {"name"});
        const std::int64_t started = millisecondsOf(textAt(status, {"state", "running", "startedAt"}));
        const auto open = std::find_if(life.runs.begin(), life.runs.end(), [&name](const ContainerRun &run) {
            return run.container == name && run.until == ContainerRun::stillRuns;
        });
        const bool same = open != life.runs.end() && open->started == started;
        if (open != life.runs.end() && (gone || !same))
            open->until = std::max({open->started, endOf(pod, status), started});
        if (!gone && !same && started != 0)
            life.runs.push_back({name, started, started, ContainerRun::stillRuns});
    }
}

} // namespace

std::map<std::string, PodLife> podLives(const ClusterState &state)
{
    std::map<std::string, PodLife> lives;
    for (const StorageEvent &event : state.storage.log())
        if (event.collection == "pods")
            look(lives, event.object, event.type == StorageEvent::Type::Deleted);
    for (const auto &[name, pod] : state.storage.all("pods"))
        look(lives, pod, false);
    std::int64_t begun = std::numeric_limits<std::int64_t>::max();
    for (const auto &[name, node] : state.storage.all("nodes"))
        begun = std::min(begun, millisecondsOf(textAt(node->object(), {"metadata", "creationTimestamp"})));
    const auto shown = std::chrono::milliseconds(demoUptime).count();
    for (auto &[uid, life] : lives)
        for (ContainerRun &run : life.runs)
            if (run.started - begun <= shown)
                run.since = run.started - retention.count();
    return lives;
}

} // namespace binnacle::simulator

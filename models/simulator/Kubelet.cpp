// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Kubelet.h"

#include "simulator/Controllers.h"
#include "simulator/Text.h"
#include "simulator/pods/Probes.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <regex>

namespace binnacle::simulator {

using core::Json;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr const char *behaviourKey = "simulator.binnacle.dev/behaviour";
constexpr seconds longestBackOff{300};

std::string behaviourOf(const Json &pod)
{
    return textAt(pod, {"metadata", "annotations", behaviourKey});
}

bool cannotBePulled(const std::string &image)
{
    return image.find("broken") != std::string::npos || image.find("missing") != std::string::npos ||
           endsWith(image, ":does-not-exist") ||
           // Registries under the reserved top-level domains do not exist anywhere (RFC 2606).
           image.find(".example/") != std::string::npos || image.find(".invalid/") != std::string::npos;
}

std::string unpullableImage(const Json &pod)
{
    for (const char *const list : {"initContainers", "containers"})
        for (const Json &container : at(pod, {"spec", list}))
            if (cannotBePulled(textAt(container, {"image"})))
                return textAt(container, {"image"});
    return {};
}

bool runsToCompletion(const Json &pod)
{
    return textAt(pod, {"spec", "restartPolicy"}) != "Always";
}

/// How a container's program ends that is known to do nothing else: "false", "sleep 30", a shell script that ends with
/// "exit 3".
struct Ending
{
    std::optional<seconds> after;
    int exitCode = 0;
};

Ending endingOf(const Json &pod)
{
    std::vector<std::string> words;
    for (const char *const list : {"command", "args"})
        for (const Json &word : at(pod["spec"]["containers"][0], {list}))
            words.push_back(word.get<std::string>());
    if (words.empty())
        return {};
    if (words[0] == "false" || words[0] == "/bin/false")
        return {{}, 1};
    if (words[0] == "sleep" && words.size() == 2)
        return {seconds(std::atoll(words[1].c_str())), 0};
    static const std::regex lastCommand(R"((?:^|[;\n])\s*exit\s+(\d+)\s*$)");
    std::smatch found;
    if (words.size() > 2 && endsWith(words[0], "sh") && std::regex_search(words.back(), found, lastCommand))
        return {{}, std::stoi(found[1])};
    return {};
}

Json terminated(const std::string &reason, int exitCode, const std::string &started, const std::string &finished)
{
    return {
        {"terminated", {{"reason", reason}, {"exitCode", exitCode}, {"startedAt", started}, {"finishedAt", finished}}}};
}

} // namespace

milliseconds Kubelet::between(int low, int high)
{
    return milliseconds(low + static_cast<int>(m_state.random.below(static_cast<std::uint64_t>(high - low))));
}

void Kubelet::event(const Json &pod, const std::string &type, const std::string &reason, const std::string &message)
{
    m_state.recordEvent(pod, type, reason, message, "kubelet", textAt(pod, {"spec", "nodeName"}));
}

Controller::Delay Kubelet::wait(Life &life, Stage stage, milliseconds by)
{
    life.stage = stage;
    life.due = m_state.clock.monotonic() + by;
    return by;
}

Controller::Delay Kubelet::reconcile(const ObjectName &name)
{
    const StoredPointer stored = m_state.storage.get("pods", name);
    auto known = m_lives.find(name);
    const std::string uid = stored ? textAt(stored->object(), {"metadata", "uid"}) : std::string();
    if (known != m_lives.end() && known->second.uid != uid)
        m_state.containers.stop(known->second.uid);
    if (!stored) {
        m_lives.erase(name);
        return {};
    }
    const Json &pod = stored->object();
    if (known == m_lives.end() || known->second.uid != uid) {
        Life life;
        life.uid = uid;
        // A pod that came as already running, as generated ones do, simply goes on.
        if (textAt(pod, {"status", "phase"}) == "Running")
            life.stage = Stage::Running;
        known = m_lives.insert_or_assign(name, life).first;
    }
    Life &life = known->second;
    if (isBeingDeleted(pod))
        return stop(name, pod, life);
    if (isPodFinished(pod))
        return {};
    if (!conditionIsTrue(pod, "PodScheduled"))
        return schedule(name, pod);
    const auto now = m_state.clock.monotonic();
    if (life.due > now)
        return std::chrono::duration_cast<milliseconds>(life.due - now) + milliseconds(1);
    return step(name, pod, life);
}

Controller::Delay Kubelet::step(const ObjectName &name, const Json &pod, Life &life)
{
    switch (life.stage) {
    case Stage::Waiting: {
        event(pod, "Normal", "Pulling", "Pulling image \"" + textAt(pod["spec"]["containers"][0], {"image"}) + "\"");
        return wait(life, Stage::Creating, between(700, 1800));
    }
    case Stage::Creating:
    case Stage::PullFailed:
    case Stage::BackedOff:
        return create(name, pod, life);
    case Stage::Running:
        return run(name, pod, life);
    case Stage::Crashed:
        ++life.restarts;
        return create(name, pod, life);
    case Stage::Stopping:
    case Stage::Done:
        break;
    }
    return {};
}

void Kubelet::setWaiting(const ObjectName &name, const std::string &reason, const std::string &message)
{
    m_state.update("pods", name, [&](Json &pod) {
        for (Json &status : pod["status"]["containerStatuses"]) {
            status["state"] = {{"waiting", {{"reason", reason}}}};
            if (!message.empty())
                status["state"]["waiting"]["message"] = message;
            status["ready"] = false;
            status["started"] = false;
        }
    });
}

Controller::Delay Kubelet::create(const ObjectName &name, const Json &pod, Life &life)
{
    if (const std::string image = unpullableImage(pod); !image.empty()) {
        if (life.stage == Stage::PullFailed) {
            setWaiting(name, "ImagePullBackOff", "Back-off pulling image \"" + image + "\"");
            event(pod, "Normal", "BackOff", "Back-off pulling image \"" + image + "\"");
            const auto pause =
                std::min<milliseconds>(seconds(10) * (1 << std::min(life.pullAttempts, 5)), longestBackOff);
            return wait(life, Stage::BackedOff, pause);
        }
        ++life.pullAttempts;
        const std::string why = "failed to pull and unpack image \"" + image + "\": failed to resolve reference \"" +
                                image + "\": " + image + ": not found";
        event(pod, "Warning", "Failed", "Failed to pull image \"" + image + "\": " + why);
        event(pod, "Warning", "Failed", "Error: ErrImagePull");
        setWaiting(name, "ErrImagePull", why);
        return wait(life, Stage::PullFailed, seconds(2));
    }
    bool inVolume = false;
    if (const std::string missing = missingReference(pod, inVolume); !missing.empty()) {
        if (inVolume)
            event(pod, "Warning", "FailedMount", "MountVolume.SetUp failed for volume: " + missing);
        else {
            event(pod, "Warning", "Failed", "Error: " + missing);
            setWaiting(name, "CreateContainerConfigError", missing);
        }
        return wait(life, Stage::Creating, seconds(3));
    }
    m_state.containers.start(pod);
    const std::string time = m_state.timeText();
    for (const Json &container : at(pod, {"spec", "containers"})) {
        const std::string image = textAt(container, {"image"});
        event(pod, "Normal", "Pulled", "Successfully pulled image \"" + image + "\"");
        event(pod, "Normal", "Created", "Created container: " + textAt(container, {"name"}));
        event(pod, "Normal", "Started", "Started container " + textAt(container, {"name"}));
    }
    m_state.update("pods", name, [&](Json &changed) {
        Json &status = changed["status"];
        status["phase"] = "Running";
        setCondition(changed, "PodReadyToStartContainers", "True", "", "", time);
        setCondition(changed, "Initialized", "True", "", "", time);
        if (status.contains("initContainerStatuses"))
            for (Json &entry : status["initContainerStatuses"]) {
                entry["state"] = terminated("Completed", 0, time, time);
                entry["ready"] = true;
            }
        for (Json &entry : status["containerStatuses"]) {
            entry["state"] = {{"running", {{"startedAt", time}}}};
            entry["started"] = true;
            entry["restartCount"] = life.restarts;
            entry["containerID"] = "containerd://" + sha1Hex(life.uid + std::to_string(life.restarts));
        }
    });
    bool probed = false;
    for (const Json &container : at(pod, {"spec", "containers"}))
        probed = probed || container.contains("readinessProbe") || container.contains("startupProbe");
    const std::string behaviour = behaviourOf(pod);
    life.readyWhenDue = behaviour != "crash" && behaviour != "oom";
    if (!life.readyWhenDue || runsToCompletion(pod)) {
        if (!probed && behaviour != "unready")
            markReady(name, true);
        if (const auto sleeps = endingOf(pod).after; sleeps && runsToCompletion(pod))
            return wait(life, Stage::Running, *sleeps);
        return wait(life, Stage::Running, between(2000, 3500));
    }
    return wait(life, Stage::Running,
                behaviour == "slow" ? milliseconds(seconds(20))
                : probed            ? between(500, 1500)
                                    : milliseconds(0));
}

Controller::Delay Kubelet::run(const ObjectName &name, const Json &pod, Life &life)
{
    const std::string behaviour = behaviourOf(pod);
    if (behaviour == "crash")
        return crash(name, pod, life, "Error", 1);
    if (behaviour == "oom")
        return crash(name, pod, life, "OOMKilled", 137);
    if (runsToCompletion(pod)) {
        const int exitCode = endingOf(pod).exitCode;
        return exitCode == 0 ? complete(name, 0) : crash(name, pod, life, "Error", exitCode);
    }
    if (behaviour == "unready") {
        event(pod, "Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
        return wait(life, Stage::Running, seconds(10));
    }
    return probe(name, pod, life);
}

/// Asks what stands for the readiness probes, again and again where the answer can change.
Controller::Delay Kubelet::probe(const ObjectName &name, const Json &pod, Life &life)
{
    const bool ready = isPodReady(pod);
    const auto finding = probeReadiness(m_state, pod);
    life.failedProbes = finding.problem.empty() ? 0 : life.failedProbes + 1;
    if (!finding.problem.empty())
        event(pod, "Warning", "Unhealthy", "Readiness probe failed: " + finding.problem);
    const bool failed = life.failedProbes >= finding.threshold;
    if (finding.problem.empty() != ready && (!ready || failed))
        markReady(name, !ready);
    if (!finding.changes)
        return {};
    return wait(life, Stage::Running, ready && !failed ? milliseconds(finding.period) : milliseconds(seconds(1)));
}

Controller::Delay Kubelet::crash(const ObjectName &name, const Json &pod, Life &life, const std::string &reason,
                                 int exitCode)
{
    if (textAt(pod, {"spec", "restartPolicy"}) == "Never")
        return complete(name, exitCode);
    const std::string time = m_state.timeText();
    const auto pause =
        std::min<milliseconds>(seconds(10) * (1 << std::min<long long>(life.restarts, 5)), longestBackOff);
    m_state.update("pods", name, [&](Json &changed) {
        for (Json &entry : changed["status"]["containerStatuses"]) {
            const std::string container = textAt(entry, {"name"});
            entry["lastState"] = terminated(reason, exitCode, textAt(entry, {"state", "running", "startedAt"}), time);
            entry["state"] = {
                {"waiting",
                 {{"reason", "CrashLoopBackOff"},
                  {"message", "back-off " + std::to_string(std::chrono::duration_cast<seconds>(pause).count()) +
                                  "s restarting failed container=" + container + " pod=" + name.name + "_" +
                                  name.nameSpace + "(" + life.uid + ")"}}}};
            entry["ready"] = false;
            entry["started"] = false;
            entry["restartCount"] = life.restarts + 1;
        }
    });
    markReady(name, false);
    event(pod, "Warning", "BackOff",
          "Back-off restarting failed container " + textAt(pod["spec"]["containers"][0], {"name"}) + " in pod " +
              name.name + "_" + name.nameSpace);
    return wait(life, Stage::Crashed, pause);
}

Controller::Delay Kubelet::complete(const ObjectName &name, int exitCode)
{
    const std::string time = m_state.timeText();
    const bool failed = exitCode != 0;
    m_state.update("pods", name, [&](Json &changed) {
        changed["status"]["phase"] = failed ? "Failed" : "Succeeded";
        for (Json &entry : changed["status"]["containerStatuses"]) {
            entry["state"] = terminated(failed ? "Error" : "Completed", exitCode,
                                        textAt(entry, {"state", "running", "startedAt"}), time);
            entry["ready"] = false;
            entry["started"] = false;
        }
        const std::string reason = failed ? "PodFailed" : "PodCompleted";
        setCondition(changed, "Ready", "False", reason, "", time);
        setCondition(changed, "ContainersReady", "False", reason, "", time);
    });
    m_lives[name].stage = Stage::Done;
    return {};
}

void Kubelet::markReady(const ObjectName &name, bool ready)
{
    m_state.update("pods", name, [&](Json &pod) {
        std::vector<std::string> unready;
        for (Json &entry : pod["status"]["containerStatuses"]) {
            entry["ready"] = ready;
            unready.push_back(textAt(entry, {"name"}));
        }
        const std::string message =
            ready ? std::string() : "containers with unready status: [" + join(unready, " ") + "]";
        for (const char *const type : {"ContainersReady", "Ready"})
            setCondition(pod, type, ready ? "True" : "False", ready ? "" : "ContainersNotReady", message,
                         m_state.timeText());
    });
}

Controller::Delay Kubelet::stop(const ObjectName &name, const Json &pod, Life &life)
{
    const auto now = m_state.clock.monotonic();
    if (life.stage != Stage::Stopping) {
        const auto grace = seconds(numberAt(pod, {"metadata", "deletionGracePeriodSeconds"}));
        for (const Json &container : at(pod, {"spec", "containers"}))
            event(pod, "Normal", "Killing", "Stopping container " + textAt(container, {"name"}));
        // Programs that handle SIGTERM stop long before their grace period is over.
        return wait(life, Stage::Stopping, std::min<milliseconds>(between(600, 1400), grace));
    }
    if (life.due > now)
        return std::chrono::duration_cast<milliseconds>(life.due - now) + milliseconds(1);
    DeleteOptions options;
    options.gracePeriodSeconds = 0;
    (void)m_registry.remove(*m_state.resources.stored("pods"), name, options);
    return {};
}

ControllerPointer makeKubelet(ClusterState &state, Registry &registry)
{
    return std::make_unique<Kubelet>(state, registry, "pods");
}

} // namespace binnacle::simulator

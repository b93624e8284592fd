// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Controller.h"
#include "simulator/Scheduler.h"

#include <map>
#include <string>

namespace binnacle::simulator {

/// Scheduler and kubelets in one: gives pods a node, and plays their containers' lives by the clock.
/// What a pod does is chosen by its image (broken, missing, tag does-not-exist: cannot be pulled) and by the
/// annotation simulator.binnacle.dev/behaviour: crash, oom, unready or slow.
class Kubelet final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &enqueue) override;
    Delay reconcile(const ObjectName &name) override;

private:
    enum class Stage { Waiting, Creating, PullFailed, BackedOff, Running, Crashed, Stopping, Done };
    struct Life
    {
        std::string uid;
        Stage stage = Stage::Waiting;
        std::chrono::steady_clock::time_point due = std::chrono::steady_clock::time_point::min();
        long long restarts = 0;
        int pullAttempts = 0;
        int failedProbes = 0; ///< in a row
        bool readyWhenDue = false;
    };

    Delay schedule(const ObjectName &name, const core::Json &pod);
    [[nodiscard]] std::string unschedulableReason(const core::Json &pod, std::string &node) const;
    Delay step(const ObjectName &name, const core::Json &pod, Life &life);
    Delay create(const ObjectName &name, const core::Json &pod, Life &life);
    Delay run(const ObjectName &name, const core::Json &pod, Life &life);
    Delay probe(const ObjectName &name, const core::Json &pod, Life &life);
    Delay crash(const ObjectName &name, const core::Json &pod, Life &life, const std::string &reason, int exitCode);
    Delay complete(const ObjectName &name, int exitCode);
    Delay stop(const ObjectName &name, const core::Json &pod, Life &life);
    Delay wait(Life &life, Stage stage, std::chrono::milliseconds by);
    void markReady(const ObjectName &name, bool ready);
    void setWaiting(const ObjectName &name, const std::string &reason, const std::string &message);
    void event(const core::Json &pod, const std::string &type, const std::string &reason, const std::string &message);
    [[nodiscard]] std::string missingReference(const core::Json &pod, bool &inVolume) const;
    [[nodiscard]] std::chrono::milliseconds between(int low, int high);

    std::map<ObjectName, Life> m_lives;
    std::map<std::string, NodeLoad> m_loads; ///< what is asked for on each node
    long long m_apart = 0;                   ///< pods with a node that want to be apart from others
    unsigned m_nextAddress = 10;
};

} // namespace binnacle::simulator

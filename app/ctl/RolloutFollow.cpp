// SPDX-License-Identifier: GPL-3.0-or-later
#include "RolloutFollow.h"

#include "Await.h"
#include "ObservedCluster.h"
#include "cluster/Gate.h"

#include <QTimer>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

/// The server's own verdict that it gave up waiting; it may still come true, and nobody should wait for it.
bool isPastDeadline(const core::Json &workload)
{
    for (const auto &condition : workload.value("/status/conditions"_json_pointer, core::Json::array())) {
        if (condition.value("type", "") == "Progressing" && condition.value("reason", "") == "ProgressDeadlineExceeded")
            return true;
    }
    return false;
}

class Follower
{
public:
    Follower(const Environment &environment, const cluster::Store &store, cluster::Gate gate)
        : m_environment(environment), m_store(store), m_gate(std::move(gate))
    {
    }

    /// Whether there is nothing more to wait for.
    [[nodiscard]] bool look()
    {
        const auto result = cluster::evaluate(m_gate, m_store);
        m_progress.done = result.outcome == cluster::GateOutcome::Passed;
        m_progress.health = cluster::healthOf(m_gate.object, m_store);
        if (!m_progress.done && result.holds != m_said) {
            m_said = result.holds;
            m_environment.console.message(m_said);
        }
        const auto record = m_store.find(m_gate.object);
        m_failed = !m_progress.done && record && record->json() && isPastDeadline(*record->json());
        return m_progress.done || m_failed;
    }
    [[nodiscard]] core::Result<RolloutProgress> conclusion() const
    {
        if (!m_failed)
            return m_progress;
        auto error = core::makeError(core::ErrorKind::Server, m_progress.health.reason,
                                     "remove the cause, or go back: binnaclectl rollout undo");
        error.object = m_gate.object.describe();
        return core::fail(std::move(error));
    }
    [[nodiscard]] const std::string &said() const { return m_said; }

private:
    const Environment &m_environment;
    const cluster::Store &m_store;
    cluster::Gate m_gate;
    RolloutProgress m_progress;
    std::string m_said;
    bool m_failed = false;
};

/// Until the follower has seen enough, or it takes too long.
core::Result<void> wait(const Environment &environment, const cluster::Store &store, Follower &follower)
{
    QEventLoop loop;
    std::optional<core::Error> problem;
    QObject::connect(&store, &cluster::Store::changed, &loop, [&] {
        if (follower.look())
            loop.quit();
    });
    QObject::connect(&environment.interrupt, &Interrupt::interrupted, &loop, [&] {
        problem = core::makeError(core::ErrorKind::Cancelled, "stopped watching; the rollout goes on");
        loop.quit();
    });
    if (const auto patience = environment.options.timeout) {
        QTimer::singleShot(*patience, &loop, [&, patience] {
            problem = core::makeError(core::ErrorKind::GateTimeout,
                                      "not done within the --timeout of " + core::formatDuration(*patience) +
                                          ", still " + follower.said(),
                                      "watch on with a longer --timeout, or go back: binnaclectl rollout undo");
            loop.quit();
        });
    }
    loop.exec();
    if (problem)
        return core::fail(std::move(*problem));
    return {};
}

} // namespace

core::Result<RolloutProgress> followRollout(const Environment &environment, const ClusterSession &session,
                                            const kube::ObjectKey &object, bool once)
{
    const auto live = await(session.client->get(object, environment.interrupt.token()));
    if (!live)
        return core::fail(live.error());
    ObservedCluster observed(environment, session);
    if (auto synced = observed.sync(cluster::ClusterObserver::applicationFeeds({object.nameSpace})); !synced)
        return core::fail(std::move(synced.error()));
    Follower follower(environment, observed.store(),
                      {.object = object,
                       .uid = live->value("/metadata/uid"_json_pointer, ""),
                       .generation = live->value("/metadata/generation"_json_pointer, std::int64_t{0})});
    if (!follower.look() && !once) {
        if (auto waited = wait(environment, observed.store(), follower); !waited)
            return core::fail(std::move(waited.error()));
    }
    return follower.conclusion();
}

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/StoreGateKeeper.h"

#include "cluster/ClusterObserver.h"
#include "cluster/Gate.h"

#include <algorithm>
#include <set>

namespace binnacle::operations {

namespace {

using runbook::GateKind;
using runbook::GateWait;
using runbook::HoldReason;

cluster::GateKind clusterGate(GateKind kind)
{
    switch (kind) {
    case GateKind::Complete:
        return cluster::GateKind::Complete;
    case GateKind::Established:
        return cluster::GateKind::Established;
    case GateKind::Exists:
        return cluster::GateKind::Exists;
    case GateKind::None:
    case GateKind::Gone:
        return cluster::GateKind::None;
    case GateKind::Ready:
        break;
    }
    return cluster::GateKind::Ready;
}

/// These are there or not; the server's answer to the apply has said that they are.
bool isReadyByExisting(const core::GroupKind &kind)
{
    static const std::set<std::string> kinds{"ConfigMap",     "Secret",       "ServiceAccount", "LimitRange",
                                             "Role",          "RoleBinding",  "ClusterRole",    "ClusterRoleBinding",
                                             "NetworkPolicy", "StorageClass", "PriorityClass",  "IngressClass"};
    return kinds.count(kind.kind) > 0;
}

} // namespace

std::vector<cluster::Feed> feedsOf(const runbook::Plan &plan)
{
    std::set<core::Namespace> nameSpaces;
    std::set<cluster::Feed> extra;
    for (const runbook::Step &step : plan.steps) {
        for (const runbook::Task &task : step.tasks) {
            const core::Namespace &nameSpace = task.object.nameSpace;
            if (!nameSpace.isEmpty())
                nameSpaces.insert(nameSpace);
            const GateKind kind = task.gate.value_or(step.gate);
            const bool judged = kind != GateKind::None && kind != GateKind::Exists;
            // Whether such an object is gone, though, only a watch can tell.
            if (judged && (kind == GateKind::Gone || !isReadyByExisting(task.object.kind)))
                extra.insert({task.object.kind, nameSpace});
        }
    }
    for (cluster::Feed &feed : cluster::ClusterObserver::applicationFeeds({nameSpaces.begin(), nameSpaces.end()})) {
        // Values of Secrets are not needed, so they are not even asked for.
        const bool wanted = !isReadyByExisting(feed.kind) || feed.kind.kind == "IngressClass";
        if (wanted && feed.kind.kind != "Node" && feed.kind.kind != "Event")
            extra.insert(std::move(feed));
    }
    return {extra.begin(), extra.end()};
}

StoreGateKeeper::StoreGateKeeper(const cluster::Store &store, QObject *parent) : GateKeeper(parent), m_store(store)
{
    connect(&store, &cluster::Store::changed, this, [this] { emit changed(); });
    connect(&store, &cluster::Store::feedChanged, this, [this] { emit changed(); });
}

runbook::GateVerdict StoreGateKeeper::judge(const runbook::Step &step,
                                            const std::vector<runbook::Applied> &applied) const
{
    runbook::GateVerdict verdict;
    for (std::size_t i = 0; i < step.tasks.size(); ++i) {
        const runbook::Task &task = step.tasks[i];
        if (std::holds_alternative<runbook::RestartTask>(task.work) && applied[i].uid.isEmpty())
            continue; // it was gone, and nothing was restarted
        if (auto wait = waitFor(task.gate.value_or(step.gate), task.object, applied[i]))
            verdict.waits.push_back(*std::move(wait));
    }
    verdict.passed = verdict.waits.empty();
    return verdict;
}

std::optional<GateWait> StoreGateKeeper::waitFor(GateKind kind, const kube::ObjectKey &object,
                                                 const runbook::Applied &applied) const
{
    if (kind == GateKind::None || kind == GateKind::Exists) // the server's answer to the write has shown it
        return {};
    if (kind != GateKind::Gone && isReadyByExisting(object.kind))
        return {};
    if (kind == GateKind::Gone) {
        if (applied.uid.isEmpty())
            return {};
        if (auto blind = blindness(object))
            return blind;
        const auto record = m_store.find(object);
        if (!record || record->meta.uid != applied.uid.value())
            return {};
        return GateWait{object, HoldReason::Terminating,
                        "is being deleted" +
                            std::string(record->meta.hasFinalizers ? ", its finalizers are not done" : "")};
    }
    const cluster::GateResult result = cluster::evaluate({.kind = clusterGate(kind),
                                                          .object = object,
                                                          .uid = applied.uid.value(),
                                                          .generation = applied.generation,
                                                          .resourceVersion = applied.resourceVersion.value()},
                                                         m_store);
    // What was seen before the connection went is no proof of how things are now.
    if (auto blind = blindness(object))
        return blind;
    if (result.outcome == cluster::GateOutcome::Passed)
        return {};
    if (result.outcome == cluster::GateOutcome::Failed)
        return GateWait{object, HoldReason::Ended, result.holds};
    return GateWait{object, result.unattended ? HoldReason::Unattended : HoldReason::NotReady, result.holds};
}

std::optional<GateWait> StoreGateKeeper::blindness(const kube::ObjectKey &object) const
{
    const cluster::FeedStatus *feed = m_store.feedFor(object.kind, object.nameSpace);
    if (feed == nullptr)
        return GateWait{object, HoldReason::NotObserved, object.kind.kind + " objects are not watched"};
    const std::string why = feed->error ? ": " + feed->error->message : std::string();
    switch (feed->state) {
    case cluster::FeedState::Live:
        return {};
    case cluster::FeedState::Loading:
        return GateWait{object, feed->error ? HoldReason::Unreachable : HoldReason::NotObserved,
                        "its state is being read" + why};
    case cluster::FeedState::Stale:
        return GateWait{object, HoldReason::Unreachable, "the connection is lost" + why};
    case cluster::FeedState::Denied:
    case cluster::FeedState::Failed:
        break;
    }
    return GateWait{object, HoldReason::NotObserved, object.kind.kind + " objects cannot be watched" + why};
}

} // namespace binnacle::operations

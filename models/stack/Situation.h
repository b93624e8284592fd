// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Assumptions.h"
#include "stack/Workloads.h"

namespace binnacle::stack {

/// What feasibility is judged on: the stack as it will be, among what the cluster has besides.
struct Situation
{
    /// `facts` must live as long.
    Situation(const std::vector<core::Json> &objects, const ClusterFacts &facts, const Assumption &assumption = {});

    [[nodiscard]] std::vector<const WorkloadDemand *> demandsIn(const core::Namespace &nameSpace) const;
    /// Of this kind, the stack's and others'.
    [[nodiscard]] std::vector<const core::Json *> ofKind(const std::string &kind) const;
    /// The RuntimeClass that a pod names, the stack's or the cluster's; nullptr: none, or it is not known.
    [[nodiscard]] const core::Json *runtimeClassOf(const core::Json &podSpec) const;
    /// What quotas count of a pod.
    [[nodiscard]] Amounts amountsInQuotas(const core::Json &podSpec) const;
    /// What the cluster has under this key; nullptr: nothing, or it is not known.
    [[nodiscard]] const core::Json *liveOf(const kube::ObjectKey &key) const;
    /// How many live objects of this kind the object controls.
    [[nodiscard]] long long countMadeBy(const kube::ObjectKey &controller, const std::string &kind) const;
    /// Whether the stack has objects of a kind that somebody defined: their controller may make whatever it likes.
    [[nodiscard]] bool hasForeign() const;
    /// The stack's workload that controls this live pod, directly or not; nullptr: none.
    [[nodiscard]] const kube::ObjectKey *stackOwnerOf(const core::Json &pod) const;

    const ClusterFacts &facts;
    Assumption assumption;
    std::vector<core::Json> objects;        ///< the stack's, Namespaces with the labels that others gave them
    std::set<kube::ObjectKey> own;          ///< their keys
    std::vector<core::Json> all;            ///< those, and what others have in the namespaces, but for pods
    std::vector<WorkloadDemand> demands;    ///< of the stack
    std::vector<const core::Json *> others; ///< live pods that stay and belong to none of the stack's workloads
    std::map<std::string, std::vector<core::Json>> limits; ///< of each namespace, from limitsOf()

private:
    void mergeNamespaces();
    void countLivePods();
    void countDaemonPods();
    void applyRuntimeClasses();

    std::map<kube::ObjectKey, kube::ObjectKey> m_controllers; ///< of live ReplicaSets and Jobs
    std::map<kube::ObjectKey, const core::Json *> m_live;
};

/// How many pods are meant: each workload at its fewest, as its spec asks, or at its most.
enum class Level { Fewest, Current, Most };
inline constexpr Level levels[] = {Level::Fewest, Level::Current, Level::Most};

[[nodiscard]] long long countAt(const WorkloadDemand &demand, Level level);
/// Of those the ones that take quota and nodes: none that is refused.
[[nodiscard]] long long admittedAt(const WorkloadDemand &demand, Level level);
/// "web fits 1 replica, its spec asks for 3", "backend fits 8 replicas, HorizontalPodAutoscaler x allows 10".
[[nodiscard]] std::string fitsText(const WorkloadDemand &demand, Level level, long long fits);
[[nodiscard]] std::string replicasText(long long count);
/// Succeeded or failed: it takes nothing any more.
[[nodiscard]] bool isOver(const core::Json &pod);
/// Being deleted: what it takes is free before long, and whoever waits for it is tried again.
[[nodiscard]] bool isLeaving(const core::Json &object);
/// The pods that a deploy makes for sure.
[[nodiscard]] long long missingPods(const WorkloadDemand &demand);

/// @{ The checks, each in a file of its own; they add to `findings`.
void checkQuotas(const Situation &situation, std::vector<Finding> &findings);
void checkLimitRanges(const Situation &situation, std::vector<Finding> &findings);
void checkRequests(const Situation &situation, std::vector<Finding> &findings);
void checkReferences(const Situation &situation, std::vector<Finding> &findings);
void checkRuntimeClasses(const Situation &situation, std::vector<Finding> &findings);
void checkDisruption(const Situation &situation, std::vector<Finding> &findings);
void checkPodSecurity(const Situation &situation, std::vector<Finding> &findings);
void checkVolumes(const Situation &situation, std::vector<Finding> &findings);
void checkNodes(const Situation &situation, std::vector<Finding> &findings);
/// @}

} // namespace binnacle::stack

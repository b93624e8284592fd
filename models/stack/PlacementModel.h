// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/NodeRules.h"
#include "stack/Situation.h"

#include <functional>

namespace binnacle::stack {

using PodCount = std::function<long long(const WorkloadDemand &)>;

/// Nodes with what runs on them, the stack's pods that need one, and the rules that the scheduler never breaks:
/// resources, ports, taints, node affinity, required pod affinity and anti-affinity, spread with DoNotSchedule.
/// Preemption, and volumes that are bound to a node, are left out.
class PlacementModel
{
public:
    enum class OwnPods {
        Stay, ///< the stack's live pods keep their nodes, and only more are placed
        Move, ///< all are placed anew, as if nothing of the stack ran
    };

    struct Node
    {
        const core::Json *object;
        std::map<std::string, std::string> labels;
        std::map<std::string, long long> free; ///< thousandths, by resource
        long long freePods = 0;
        std::vector<HostPort> ports;
    };

    /// The pods of one workload, which are all alike.
    struct Group
    {
        const WorkloadDemand *demand;
        std::map<std::string, long long> asks; ///< thousandths, by resource
        std::vector<HostPort> ports;
        std::vector<std::string> refusals; ///< of each node, see nodeRefusal(); empty: would take it
        std::vector<long long> kept;       ///< live pods that stay, on each node
    };

    enum class Rule { Affinity, AntiAffinity, Spread };

    /// A rule of one group about where pods with some labels are.
    struct Term
    {
        Rule rule = Rule::Affinity;
        std::size_t group = 0;
        std::string topology;
        std::vector<int> domains;       ///< of each node; -1: it lacks the label
        std::vector<long long> present; ///< live pods that the selector means, on each node
        std::vector<bool> means;        ///< each group
        long long maxSkew = 1, minDomains = 0;
        std::vector<bool> counted; ///< Spread: nodes whose pods count
    };

    /// How far a placement has come. placed[group][node] holds the kept pods too.
    struct State
    {
        std::vector<std::map<std::string, long long>> free;
        std::vector<long long> freePods;
        std::vector<std::vector<long long>> placed;
        std::vector<long long> wanted; ///< of each group, still to be placed
        std::vector<long long> total;  ///< of each group, placed and kept
    };

    /// `situation` must live as long.
    PlacementModel(const Situation &situation, OwnPods own, Conditions conditions);

    [[nodiscard]] const std::vector<Node> &nodes() const { return m_nodes; }
    [[nodiscard]] const std::vector<Group> &groups() const { return m_groups; }
    [[nodiscard]] const std::vector<Term> &terms() const { return m_terms; }
    /// Whether the order in which pods are placed can matter to this group's rules.
    [[nodiscard]] bool dependsOnOrder(std::size_t group) const;

    [[nodiscard]] State start(const PodCount &count) const;
    /// Why this node cannot take one more pod of the group; empty: it can.
    [[nodiscard]] std::string obstacle(const State &state, std::size_t group, std::size_t node) const;
    /// Adds a pod of the group to the node; with a sign of -1 takes it away again.
    void put(State &state, std::size_t group, std::size_t node, int sign = 1) const;

private:
    void readNodes();
    void readGroups(Conditions conditions);
    void readTerms(std::size_t group);
    [[nodiscard]] Term termOf(Rule rule, std::size_t group, const core::Json &written) const;
    void readPods(OwnPods own);
    void keep(const core::Json &pod, std::size_t node, OwnPods own);
    void obeyOthers(const core::Json &pod, std::size_t node);
    [[nodiscard]] std::string termObstacle(const State &state, const Term &term, std::size_t group,
                                           std::size_t node) const;
    [[nodiscard]] std::string spreadObstacle(const State &state, const Term &term, std::size_t node) const;
    [[nodiscard]] long long inDomain(const State &state, const Term &term, int domain) const;
    [[nodiscard]] long long ofGroupInDomain(const State &state, const Term &term, std::size_t group, int domain) const;

    const Situation &m_situation;
    std::vector<Node> m_nodes;
    std::vector<Group> m_groups;
    std::vector<Term> m_terms;
};

} // namespace binnacle::stack

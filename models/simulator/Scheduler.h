// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ClusterState.h"

#include <map>
#include <string>
#include <vector>

namespace binnacle::simulator {

/// What one pod asks of a node, in thousandths, by resource: what its containers and sidecars ask together, or an init
/// container beside the sidecars that run, whichever is more.
[[nodiscard]] std::map<std::string, long long> requestsOf(const core::Json &podSpec, const char *side = "requests");
/// requestsOf() with the overhead of the pod's runtime class, which makes no limit where there is none: what nodes and
/// quotas count.
[[nodiscard]] std::map<std::string, long long> amountsWithOverhead(const core::Json &podSpec,
                                                                   const char *side = "requests");

/// Thousandths as the server writes sums of this resource: "1500m", "128Mi".
[[nodiscard]] std::string amountText(const std::string &resource, long long thousandths);
/// Whether a DaemonSet has a pod on the node: by its selector, affinity and tolerations, and those that its pods get.
[[nodiscard]] bool runsDaemonOn(const core::Json &podSpec, const core::Json &node);

/// What the pods of a node ask for, kept while they come and go: with tens of thousands of pods nobody adds them up.
struct NodeLoad
{
    std::map<std::string, long long> asked; ///< thousandths, by resource
    long long pods = 0;
};

/// Chooses nodes as kube-scheduler does: by its filters, then the node with the fewest pods.
class Scheduler
{
public:
    /// The references must live as long. The pod is one without a node. `anyApart`: some pod that runs wants to be
    /// apart from others.
    Scheduler(const ClusterState &state, const std::map<std::string, NodeLoad> &loads, bool anyApart,
              const core::Json &pod);
    ~Scheduler();

    /// The node's name; empty: none, and reason() says why.
    [[nodiscard]] std::string choose();
    /// "0/3 nodes are available: 2 Insufficient cpu, 1 node(s) were unschedulable."
    [[nodiscard]] const std::string &reason() const { return m_reason; }

private:
    struct Node;

    void readNodes();
    [[nodiscard]] std::string filter(const Node &node) const;
    [[nodiscard]] std::string affinityProblem(const Node &node) const;
    [[nodiscard]] std::string spreadProblem(const Node &node) const;
    [[nodiscard]] bool isRepelled(const Node &node) const;
    [[nodiscard]] long long countIn(const std::string &topology, const std::string &domain, const core::Json &term,
                                    const std::string &ownNamespace) const;

    const ClusterState &m_state;
    const std::map<std::string, NodeLoad> &m_loads;
    bool m_seesPods; ///< its rules, or those of others, ask for more than loads
    const core::Json &m_pod;
    std::vector<Node> m_nodes;
    std::string m_reason;
};

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/NodeCheck.h"

#include "stack/Placement.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

using OwnPods = PlacementModel::OwnPods;
using Verdict = Placement::Verdict;
using Severity = Finding::Severity;

/// Jobs come and go: their pods need room, but not beside everything else.
PodCount countOfLevel(Level level)
{
    return [level](const WorkloadDemand &demand) { return demand.isJob() ? 0 : countAt(demand, level); };
}

/// So many pods of one workload, beside the others.
PodCount with(const WorkloadDemand &one, long long pods, PodCount others)
{
    return [&one, pods, others = std::move(others)](const WorkloadDemand &demand) {
        return &demand == &one ? pods : others(demand);
    };
}

/// Machines of a cloud come and go: a pod that waits for one may be what brings it.
bool canGrow(const std::vector<core::Json> &nodes)
{
    return std::any_of(nodes.begin(), nodes.end(), [](const core::Json &node) {
        const std::string provider = textAt(node, {"spec", "providerID"});
        const auto colon = provider.find("://");
        const std::string cloud = provider.substr(0, colon);
        return colon != std::string::npos && cloud != "kind" && cloud != "k3s" && cloud != "minikube";
    });
}

class NodeChecker
{
public:
    NodeChecker(const Situation &situation, std::vector<Finding> &findings)
        : m_situation(situation), m_findings(findings), m_model(situation, OwnPods::Stay, Conditions::Count)
    {
    }

    void check()
    {
        for (const Level level : levels) {
            const auto answer = Placement(m_model).place(countOfLevel(level));
            if (answer.verdict == Verdict::Fits)
                continue;
            tell(answer, level, countOfLevel(level));
            return;
        }
        for (const WorkloadDemand &demand : m_situation.demands) {
            if (demand.isJob() && demand.fewest > 0)
                checkJob(demand);
        }
        for (const WorkloadDemand &demand : m_situation.demands)
            checkRollout(demand);
    }

private:
    /// Wrong only where a pod of it has no room beside what runs already, nor beside what shall run.
    void checkJob(const WorkloadDemand &job)
    {
        const Placement placement(m_model);
        const auto all = placement.place(with(job, job.fewest, countOfLevel(Level::Fewest)));
        if (all.verdict == Verdict::Fits)
            return;
        const auto first = placement.place(with(job, 1, [](const WorkloadDemand &demand) {
            return demand.isJob() ? 0 : std::min(demand.live, demand.fewest);
        }));
        const PodCount beside = with(job, 1, countOfLevel(Level::Fewest));
        const auto last = placement.place(beside);
        if (first.verdict != Verdict::Fits && last.verdict != Verdict::Fits && last.blamed == &job)
            tell(last, Level::Fewest, beside);
        else
            m_findings.push_back(
                {Severity::Warning, job.key,
                 "Job " + job.key.name + " finds no node for all its pods while everything else runs: " + all.reasons,
                 "Run it before the others, lower its requests, or add a node.", std::nullopt, false});
    }

    void tell(const Placement::Answer &answer, Level level, const PodCount &count)
    {
        const WorkloadDemand &demand = *answer.blamed;
        const bool none = answer.placed == 0;
        std::string message =
            none ? "no node takes a pod of " + demand.key.name : fitsText(demand, level, answer.placed);
        message += ": " + answer.reasons;
        Severity severity = level == Level::Most ? Severity::Warning : Severity::Error;
        if (answer.verdict == Verdict::CannotTell) {
            severity = Severity::Warning;
            message = "cannot tell whether all pods find a node; in the order tried " + message;
        }
        const std::string doubt = severity == Severity::Error ? doubtOf(demand, count) : std::string();
        if (!doubt.empty()) {
            severity = Severity::Warning;
            message += "; " + doubt;
        }
        const bool growing = canGrow(m_situation.facts.nodes);
        if (growing && severity == Severity::Error)
            message += ", unless the cluster adds a node";
        m_findings.push_back(
            {severity, demand.key, std::move(message),
             "Lower the requests or the number of replicas, loosen the rule, or add a node.", answer.placed,
             severity == Severity::Error && level == Level::Fewest && !growing && missingPods(demand) > 0});
    }

    /// Why it may work after all; empty: it does not.
    [[nodiscard]] std::string doubtOf(const WorkloadDemand &demand, const PodCount &count) const
    {
        if (!textAt(demand.podSpec, {"priorityClassName"}).empty() || !valueAt(demand.podSpec, {"priority"}).is_null())
            return "its priority may push other pods out";
        const PlacementModel moved(m_situation, OwnPods::Move, Conditions::Count);
        if (Placement(moved).place(count).verdict == Verdict::Fits)
            return "it fits once pods of the stack have moved, as a restart may do";
        const PlacementModel ready(m_situation, OwnPods::Move, Conditions::Ignore);
        if (Placement(ready).place(count).verdict == Verdict::Fits)
            return "it fits once all nodes are ready";
        return {};
    }

    /// A roll-out that waits for a new pod before an old one goes needs room for both.
    void checkRollout(const WorkloadDemand &rolled)
    {
        if (!rolled.needsSurge || rolled.isDaemon())
            return;
        const auto answer = Placement(m_model).place(with(rolled, rolled.current + 1, countOfLevel(Level::Current)));
        if (answer.verdict != Verdict::DoesNotFit)
            return;
        m_findings.push_back({Severity::Warning, rolled.key,
                              "a roll-out of " + rolled.key.name + " at " + replicasText(rolled.current) +
                                  " needs a node for one more pod before it takes an old one away, and waits for "
                                  "ever: " +
                                  answer.reasons,
                              "Set maxUnavailable to 1, or loosen what keeps the pods apart.", std::nullopt, false});
    }

    const Situation &m_situation;
    std::vector<Finding> &m_findings;
    PlacementModel m_model;
};

} // namespace

void checkNodes(const Situation &situation, std::vector<Finding> &findings)
{
    if (!situation.facts.nodes.empty() && !situation.demands.empty())
        NodeChecker(situation, findings).check();
}

long long replicasOnNodes(const Situation &situation, const kube::ObjectKey &workload, long long most)
{
    const PlacementModel model(situation, OwnPods::Stay, Conditions::Count);
    long long low = 0, high = most + 1;
    while (high - low > 1) {
        const long long middle = (low + high) / 2;
        const auto answer = Placement(model).place(
            [&](const WorkloadDemand &demand) { return demand.key == workload ? middle : demand.current; });
        (answer.verdict == Verdict::Fits ? low : high) = middle;
    }
    return low;
}

} // namespace binnacle::stack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/NodeCheck.h"

#include "stack/Placement.h"

#include <algorithm>
#include <map>

namespace binnacle::stack {

namespace {

using OwnPods = PlacementModel::OwnPods;
using Verdict = Placement::Verdict;
using Severity = Finding::Severity;

/// Jobs come and go: their pods need room, but not beside everything else.
PodCount countOfLevel(Level level)
{
    return [level](const WorkloadDemand &demand) { return demand.isJob() ? 0 : admittedAt(demand, level); };
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
        if (!areAllPlaced()) {
            findLonely();
            tellAll();
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
    /// A workload that finds no room even where nothing else is started.
    struct Lonely
    {
        Level level;
        PodCount count;
        Placement::Answer answer;
    };

    /// Also those that are refused now: they need room as soon as they are let in.
    [[nodiscard]] bool areAllPlaced() const
    {
        return std::all_of(std::begin(levels), std::end(levels), [this](Level level) {
            const auto count = [level](const WorkloadDemand &demand) {
                return demand.isJob() ? 0 : countAt(demand, level);
            };
            return Placement(m_model).place(count).verdict == Verdict::Fits;
        });
    }

    /// The groups whose pods the rules of this one ask for, directly or not.
    [[nodiscard]] std::set<const WorkloadDemand *> companionsOf(const WorkloadDemand &one) const
    {
        const auto &groups = m_model.groups();
        std::set<const WorkloadDemand *> found = {&one};
        for (std::size_t before = 0; before != found.size();) {
            before = found.size();
            for (const auto &term : m_model.terms()) {
                if (term.rule == PlacementModel::Rule::AntiAffinity || !found.contains(groups[term.group].demand))
                    continue;
                for (std::size_t group = 0; group < groups.size(); ++group) {
                    if (term.means[group])
                        found.insert(groups[group].demand);
                }
            }
        }
        found.erase(&one);
        return found;
    }

    [[nodiscard]] long long onNodes(const WorkloadDemand &demand) const
    {
        long long pods = 0;
        for (const auto &group : m_model.groups()) {
            for (const long long kept : group.kept)
                pods += group.demand == &demand ? kept : 0;
        }
        return pods;
    }

    /// Of the others only the pods that run now, and those that this one needs beside it.
    [[nodiscard]] PodCount alone(const WorkloadDemand &one, Level level) const
    {
        std::map<const WorkloadDemand *, long long> pods;
        for (const WorkloadDemand &demand : m_situation.demands)
            pods[&demand] = std::min(onNodes(demand), countAt(demand, level));
        for (const WorkloadDemand *companion : companionsOf(one)) {
            const auto known = m_lonely.find(companion);
            if (!companion->isJob())
                pods[companion] = known == m_lonely.end() ? countAt(*companion, level) : known->second.answer.placed;
        }
        pods[&one] = one.isJob() ? std::min(one.fewest, 1LL) : countAt(one, level);
        return [pods](const WorkloadDemand &demand) { return pods.at(&demand); };
    }

    /// Who needs one that is found later is tried again.
    void findLonely()
    {
        std::size_t before = 0;
        do {
            before = m_lonely.size();
            for (const WorkloadDemand &demand : m_situation.demands) {
                for (const Level level : levels) {
                    if (m_lonely.contains(&demand))
                        break;
                    const PodCount count = alone(demand, level);
                    auto answer = Placement(m_model).place(count);
                    if (answer.verdict != Verdict::DoesNotFit || answer.blamed != &demand)
                        continue;
                    m_lonely.emplace(&demand, Lonely{level, count, std::move(answer)});
                }
            }
        } while (before != m_lonely.size());
    }

    /// Each that finds no room alone, and the one that finds none beside the others.
    void tellAll()
    {
        const WorkloadDemand *told = nullptr;
        for (const Level level : levels) {
            const PodCount all = countOfLevel(level);
            const PodCount count = [&](const WorkloadDemand &demand) {
                const auto lonely = m_lonely.find(&demand);
                return lonely == m_lonely.end() ? all(demand) : std::min(all(demand), lonely->second.answer.placed);
            };
            const auto answer = Placement(m_model).place(count);
            if (answer.verdict == Verdict::Fits)
                continue;
            tell(answer, level, count);
            told = answer.blamed;
            break;
        }
        for (const WorkloadDemand &demand : m_situation.demands) {
            const auto lonely = m_lonely.find(&demand);
            if (&demand == told || lonely == m_lonely.end())
                continue;
            tell(lonely->second.answer, lonely->second.level, lonely->second.count);
            // Who waits for another one that finds no room may go where that one can one day.
            const auto companions = companionsOf(demand);
            if (std::any_of(companions.begin(), companions.end(),
                            [this](const WorkloadDemand *one) { return m_lonely.contains(one); }))
                m_findings.back().certain = false;
        }
    }

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
    std::map<const WorkloadDemand *, Lonely> m_lonely;
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

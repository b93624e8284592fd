// SPDX-License-Identifier: GPL-3.0-or-later
// The filters of kube-scheduler: kubernetes.io/docs/reference/scheduling/config and pkg/scheduler/framework/plugins.
#include "stack/PlacementModel.h"

#include "stack/TopologyReach.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

constexpr const char *required = "requiredDuringSchedulingIgnoredDuringExecution";

std::map<std::string, long long> asksOf(const Amounts &amounts)
{
    std::map<std::string, long long> asks;
    for (const auto &[name, amount] : amounts) {
        if (name.starts_with("requests.") && !amount.isZero())
            asks[name.substr(9)] = amount.milliValue();
    }
    return asks;
}

/// The namespaces that a pod (anti-)affinity term means: its own where it names none. What a selector by labels of
/// namespaces means is not known, unless it is empty: it is taken as what lets the pods in.
bool meansNamespace(const core::Json &term, PlacementModel::Rule rule, const std::string &own, const std::string &other)
{
    const core::Json &names = valueAt(term, {"namespaces"});
    const core::Json &selector = valueAt(term, {"namespaceSelector"});
    if (selector.is_object() && (selector.empty() || rule == PlacementModel::Rule::Affinity))
        return true;
    if (names.empty() && selector.is_null())
        return own == other;
    return std::find(names.begin(), names.end(), other) != names.end();
}

bool meansPod(const core::Json &term, PlacementModel::Rule rule, const std::string &own, const std::string &nameSpace,
              const std::map<std::string, std::string> &labels)
{
    const core::Json &selector = valueAt(term, {"labelSelector"});
    const bool here =
        rule == PlacementModel::Rule::Spread ? own == nameSpace : meansNamespace(term, rule, own, nameSpace);
    return here && selector.is_object() && matches(&selector, labels);
}

std::string plainAmount(const std::string &resource, long long thousandths)
{
    if (resource == "cpu")
        return core::Quantity::fromMilli(thousandths).canonical();
    return core::Quantity::fromBytes(thousandths / 1000).canonical();
}

} // namespace

PlacementModel::PlacementModel(const Situation &situation, OwnPods own, Conditions conditions) : m_situation(situation)
{
    readNodes();
    readGroups(conditions);
    for (std::size_t group = 0; group < m_groups.size(); ++group)
        readTerms(group);
    readPods(own);
}

void PlacementModel::readNodes()
{
    for (const core::Json &object : m_situation.facts.nodes) {
        Node node{&object, labelsOf(object), {}, 0, {}};
        for (const auto &[name, value] : valueAt(object, {"status", "allocatable"}).items())
            node.free[name] = quantityOf(value).milliValue();
        node.freePods = node.free["pods"] / 1000;
        m_nodes.push_back(std::move(node));
    }
}

void PlacementModel::readGroups(Conditions conditions)
{
    for (const WorkloadDemand &demand : m_situation.demands) {
        // Another scheduler has rules of its own, and a gated pod is not scheduled at all.
        const std::string scheduler = textAt(demand.podSpec, {"schedulerName"});
        if ((!scheduler.empty() && scheduler != "default-scheduler") ||
            !valueAt(demand.podSpec, {"schedulingGates"}).empty())
            continue;
        Group group{&demand, asksOf(demand.perPod), hostPortsOf(demand.podSpec), {}, {}};
        for (const Node &node : m_nodes)
            group.refusals.push_back(nodeRefusal(demand.podSpec, demand.isDaemon(), *node.object, conditions));
        group.kept.resize(m_nodes.size());
        m_groups.push_back(std::move(group));
    }
}

void PlacementModel::readTerms(std::size_t group)
{
    const core::Json &spec = m_groups[group].demand->podSpec;
    for (const core::Json &written : valueAt(spec, {"affinity", "podAffinity", required}))
        m_terms.push_back(termOf(Rule::Affinity, group, written));
    for (const core::Json &written : valueAt(spec, {"affinity", "podAntiAffinity", required}))
        m_terms.push_back(termOf(Rule::AntiAffinity, group, written));
    for (const core::Json &written : valueAt(spec, {"topologySpreadConstraints"})) {
        if (textAt(written, {"whenUnsatisfiable"}) == "ScheduleAnyway")
            continue;
        Term term = termOf(Rule::Spread, group, written);
        const core::Json &skew = valueAt(written, {"maxSkew"});
        const core::Json &domains = valueAt(written, {"minDomains"});
        term.maxSkew = skew.is_number_integer() ? skew.get<long long>() : 1;
        term.minDomains = domains.is_number_integer() ? domains.get<long long>() : 0;
        for (std::size_t node = 0; node < m_nodes.size(); ++node) {
            const bool taintsCount = textAt(written, {"nodeTaintsPolicy"}) == "Honor";
            const bool affinityCounts = textAt(written, {"nodeAffinityPolicy"}) != "Ignore";
            term.counted.push_back(term.domains[node] >= 0 &&
                                   (!affinityCounts || isChosen(spec, *m_nodes[node].object)) &&
                                   (!taintsCount || m_groups[group].refusals[node].empty()));
        }
        m_terms.push_back(std::move(term));
    }
}

PlacementModel::Term PlacementModel::termOf(Rule rule, std::size_t group, const core::Json &written) const
{
    Term term;
    term.rule = rule;
    term.group = group;
    term.topology = textAt(written, {"topologyKey"});
    std::map<std::string, int> known;
    for (const Node &node : m_nodes) {
        const auto label = node.labels.find(term.topology);
        term.domains.push_back(label == node.labels.end()
                                   ? -1
                                   : known.emplace(label->second, static_cast<int>(known.size())).first->second);
    }
    const std::string own = m_groups[group].demand->key.nameSpace.value();
    for (const Group &other : m_groups)
        term.means.push_back(
            meansPod(written, rule, own, other.demand->key.nameSpace.value(), other.demand->podLabels));
    term.present.resize(m_nodes.size());
    if (!m_situation.facts.nodePods)
        return term;
    for (const core::Json &pod : *m_situation.facts.nodePods) {
        if (m_situation.stackOwnerOf(pod) != nullptr || isLeaving(pod))
            continue;
        const std::string name = textAt(pod, {"spec", "nodeName"});
        for (std::size_t node = 0; node < m_nodes.size(); ++node) {
            if (textAt(*m_nodes[node].object, {"metadata", "name"}) == name &&
                meansPod(written, rule, own, keyOf(pod).nameSpace.value(), labelsOf(pod)))
                ++term.present[node];
        }
    }
    return term;
}

void PlacementModel::readPods(OwnPods own)
{
    if (!m_situation.facts.nodePods)
        return;
    std::map<std::string, std::size_t> byName;
    for (std::size_t node = 0; node < m_nodes.size(); ++node)
        byName[textAt(*m_nodes[node].object, {"metadata", "name"})] = node;
    for (const core::Json &pod : *m_situation.facts.nodePods) {
        const auto node = byName.find(textAt(pod, {"spec", "nodeName"}));
        if (node != byName.end() && !isOver(pod))
            keep(pod, node->second, own);
    }
}

void PlacementModel::keep(const core::Json &pod, std::size_t node, OwnPods own)
{
    if (isLeaving(pod))
        return;
    if (const kube::ObjectKey *owner = m_situation.stackOwnerOf(pod)) {
        const auto group = std::find_if(m_groups.begin(), m_groups.end(),
                                        [&](const Group &known) { return known.demand->key == *owner; });
        if (own == OwnPods::Stay && group != m_groups.end())
            ++group->kept[node];
        return;
    }
    const core::Json &spec = valueAt(pod, {"spec"});
    for (const auto &[resource, amount] : asksOf(amountsOfPod(spec)))
        m_nodes[node].free[resource] -= amount;
    --m_nodes[node].freePods;
    for (HostPort &port : hostPortsOf(spec))
        m_nodes[node].ports.push_back(std::move(port));
    obeyOthers(pod, node);
}

/// The anti-affinity of a pod that runs keeps others away from where it is.
void PlacementModel::obeyOthers(const core::Json &pod, std::size_t node)
{
    for (const core::Json &term : valueAt(pod, {"spec", "affinity", "podAntiAffinity", required})) {
        const std::string topology = textAt(term, {"topologyKey"});
        const auto here = m_nodes[node].labels.find(topology);
        if (here == m_nodes[node].labels.end())
            continue;
        for (Group &group : m_groups) {
            if (!meansPod(term, Rule::AntiAffinity, keyOf(pod).nameSpace.value(), group.demand->key.nameSpace.value(),
                          group.demand->podLabels))
                continue;
            for (std::size_t other = 0; other < m_nodes.size(); ++other) {
                const auto there = m_nodes[other].labels.find(topology);
                if (there != m_nodes[other].labels.end() && there->second == here->second &&
                    group.refusals[other].empty())
                    group.refusals[other] = "with a pod that wants to be apart from it (" + keyOf(pod).name + ")";
            }
        }
    }
}

bool PlacementModel::dependsOnOrder(std::size_t group) const
{
    return std::any_of(m_terms.begin(), m_terms.end(), [&](const Term &term) {
        return term.rule != Rule::AntiAffinity && (term.group == group || term.means[group]);
    });
}

PlacementModel::State PlacementModel::start(const PodCount &count) const
{
    State state;
    for (const Node &node : m_nodes) {
        state.free.push_back(node.free);
        state.freePods.push_back(node.freePods);
    }
    state.placed.assign(m_groups.size(), std::vector<long long>(m_nodes.size()));
    state.wanted.assign(m_groups.size(), 0);
    state.total.assign(m_groups.size(), 0);
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        // Fewer than there are: the others go, and where they were is anybody's guess.
        const long long all = count(*m_groups[group].demand);
        for (std::size_t node = 0; node < m_nodes.size(); ++node) {
            for (long long pod = 0; pod < m_groups[group].kept[node] && state.total[group] < all; ++pod)
                put(state, group, node);
        }
        state.wanted[group] = all - state.total[group];
    }
    return state;
}

void PlacementModel::put(State &state, std::size_t group, std::size_t node, int sign) const
{
    for (const auto &[resource, amount] : m_groups[group].asks)
        state.free[node][resource] -= sign * amount;
    state.freePods[node] -= sign;
    state.placed[group][node] += sign;
    state.total[group] += sign;
    state.wanted[group] -= sign;
}

std::string PlacementModel::obstacle(const State &state, std::size_t group, std::size_t node) const
{
    const Group &pod = m_groups[group];
    if (!pod.refusals[node].empty())
        return pod.refusals[node];
    if (pod.demand->isDaemon() && state.placed[group][node] > 0)
        return "with its pod already";
    for (const auto &[resource, amount] : pod.asks) {
        const auto left = state.free[node].find(resource);
        const long long free = left == state.free[node].end() ? 0 : left->second;
        if (free < amount)
            return "with too little " + resource + " free (" + plainAmount(resource, std::max(0LL, free)) +
                   ", a pod requests " + plainAmount(resource, amount) + ")";
    }
    if (state.freePods[node] < 1)
        return "with as many pods as it may run";
    bool taken = areInConflict(pod.ports, m_nodes[node].ports);
    for (std::size_t other = 0; other < m_groups.size() && !taken; ++other)
        taken = state.placed[other][node] > 0 && areInConflict(pod.ports, m_groups[other].ports);
    if (taken)
        return "with a host port of it in use";
    for (const Term &term : m_terms) {
        if (std::string why = termObstacle(state, term, group, node); !why.empty())
            return why;
    }
    return {};
}

long long PlacementModel::inDomain(const State &state, const Term &term, int domain) const
{
    long long count = 0;
    for (std::size_t node = 0; node < m_nodes.size(); ++node) {
        if (term.domains[node] != domain || (term.rule == Rule::Spread && !term.counted[node]))
            continue;
        count += term.present[node];
        for (std::size_t group = 0; group < m_groups.size(); ++group)
            count += term.means[group] ? state.placed[group][node] : 0;
    }
    return count;
}

long long PlacementModel::ofGroupInDomain(const State &state, const Term &term, std::size_t group, int domain) const
{
    long long count = 0;
    for (std::size_t node = 0; node < m_nodes.size(); ++node)
        count += term.domains[node] == domain ? state.placed[group][node] : 0;
    return count;
}

std::string PlacementModel::termObstacle(const State &state, const Term &term, std::size_t group,
                                         std::size_t node) const
{
    const int domain = term.domains[node];
    if (term.rule == Rule::AntiAffinity) {
        const bool own = term.group == group && domain >= 0 && inDomain(state, term, domain) > 0;
        // Both ways: who wants to be apart keeps the others off, too.
        const bool others = term.means[group] && domain >= 0 && ofGroupInDomain(state, term, term.group, domain) > 0;
        return own || others ? "with a pod that it must be apart from (by " + term.topology + ")" : std::string();
    }
    if (term.group != group)
        return {};
    if (term.rule == Rule::Spread)
        return spreadObstacle(state, term, node);
    if (domain < 0)
        return "lacking the label " + term.topology;
    if (inDomain(state, term, domain) > 0)
        return {};
    // The first of pods that want to be together has nobody to be with.
    long long anywhere = 0;
    for (int known = 0; known < static_cast<int>(m_nodes.size()); ++known)
        anywhere += inDomain(state, term, known);
    const bool first = anywhere == 0 && term.means[group];
    return first ? std::string() : "without a pod that it must be beside (by " + term.topology + ")";
}

std::string PlacementModel::spreadObstacle(const State &state, const Term &term, std::size_t node) const
{
    const int domain = term.domains[node];
    if (domain < 0)
        return "lacking the label " + term.topology;
    long long least = -1, domains = 0;
    std::vector<bool> seen(m_nodes.size());
    for (std::size_t other = 0; other < m_nodes.size(); ++other) {
        if (!term.counted[other] || seen[static_cast<std::size_t>(term.domains[other])])
            continue;
        seen[static_cast<std::size_t>(term.domains[other])] = true;
        ++domains;
        const long long count = inDomain(state, term, term.domains[other]);
        least = least < 0 ? count : std::min(least, count);
    }
    if (domains < term.minDomains)
        least = 0;
    const long long here = inDomain(state, term, domain) + (term.means[term.group] ? 1 : 0);
    return here - std::max(0LL, least) > term.maxSkew
               ? "with too many of its pods already, beside others (by " + term.topology + ")"
               : std::string();
}

} // namespace binnacle::stack

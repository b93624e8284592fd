// SPDX-License-Identifier: GPL-3.0-or-later
// The filters of kube-scheduler (pkg/scheduler/framework/plugins) and what they say of nodes.
#include "simulator/Scheduler.h"

#include "core/Quantity.h"
#include "simulator/Selector.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

constexpr const char *required = "requiredDuringSchedulingIgnoredDuringExecution";

long long thousandths(const Json &quantity)
{
    const auto parsed = Quantity::parse(quantity.is_string() ? quantity.get<std::string>() : quantity.dump());
    return parsed ? parsed->milliValue() : 0;
}

bool isToleratedBy(const Json &spec, const Json &taint)
{
    for (const Json &toleration : at(spec, {"tolerations"})) {
        const std::string effect = textAt(toleration, {"effect"}), key = textAt(toleration, {"key"});
        const bool exists = textAt(toleration, {"operator"}) == "Exists";
        if ((effect.empty() || effect == textAt(taint, {"effect"})) && (key.empty() || key == textAt(taint, {"key"})) &&
            (exists || (!key.empty() && textAt(toleration, {"value"}) == textAt(taint, {"value"}))))
            return true;
    }
    return false;
}

/// As "unschedulable" does; DaemonSet pods tolerate it.
const Json &cordon()
{
    static const Json taint = {{"key", "node.kubernetes.io/unschedulable"}, {"effect", "NoSchedule"}};
    return taint;
}

bool matchesExpression(const Json &expression, const Json &labels)
{
    const std::string key = textAt(expression, {"key"}), op = textAt(expression, {"operator"});
    const Json &label = at(labels, {key});
    const Json &values = at(expression, {"values"});
    const bool named = label.is_string() && std::find(values.begin(), values.end(), label) != values.end();
    if (op == "In" || op == "NotIn")
        return named == (op == "In");
    if (op == "Exists" || op == "DoesNotExist")
        return label.is_string() == (op == "Exists");
    if (!label.is_string() || values.empty())
        return false;
    const long long is = std::strtoll(label.get<std::string>().c_str(), nullptr, 10);
    const long long bound = std::strtoll(values[0].get<std::string>().c_str(), nullptr, 10);
    return op == "Gt" ? is > bound : is < bound;
}

bool isChosenBy(const Json &spec, const Json &node)
{
    const Json &selector = at(spec, {"nodeSelector"});
    const Json &labels = at(node, {"metadata", "labels"});
    if (selector.is_object() && !selector.empty() && !LabelSelector::fromMap(selector).matches(labels))
        return false;
    const Json &terms = at(spec, {"affinity", "nodeAffinity", required, "nodeSelectorTerms"});
    if (!terms.is_array())
        return true;
    const Json fields = {{"metadata.name", textAt(node, {"metadata", "name"})}};
    return std::any_of(terms.begin(), terms.end(), [&](const Json &term) {
        const Json &byLabel = at(term, {"matchExpressions"}), &byField = at(term, {"matchFields"});
        return !(byLabel.empty() && byField.empty()) &&
               std::all_of(byLabel.begin(), byLabel.end(),
                           [&](const Json &expression) { return matchesExpression(expression, labels); }) &&
               std::all_of(byField.begin(), byField.end(),
                           [&](const Json &expression) { return matchesExpression(expression, fields); });
    });
}

std::set<std::string> hostPortsOf(const Json &spec)
{
    std::set<std::string> ports;
    for (const Json &container : at(spec, {"containers"})) {
        for (const Json &port : at(container, {"ports"})) {
            const char *const field = flagAt(spec, {"hostNetwork"}) ? "containerPort" : "hostPort";
            if (numberAt(port, {field}) != 0)
                ports.insert(textAt(port, {"protocol"}) + std::to_string(numberAt(port, {field})));
        }
    }
    return ports;
}

/// Whether a term of (anti-)affinity, or a spread constraint, of a pod in `own` means the pod.
bool means(const Json &term, const std::string &own, const Json &pod)
{
    const Json &names = at(term, {"namespaces"});
    const std::string nameSpace = nameOf(pod).nameSpace;
    const bool everywhere = at(term, {"namespaceSelector"}).is_object() && at(term, {"namespaceSelector"}).empty();
    const bool here =
        names.empty() ? nameSpace == own : std::find(names.begin(), names.end(), nameSpace) != names.end();
    const Json &selector = at(term, {"labelSelector"});
    return (here || everywhere) && selector.is_object() &&
           LabelSelector::fromObject(selector).matches(at(pod, {"metadata", "labels"}));
}

bool counts(const Json &pod)
{
    const std::string phase = textAt(pod, {"status", "phase"});
    return phase != "Succeeded" && phase != "Failed";
}

} // namespace

struct Scheduler::Node
{
    const Json *object;
    std::map<std::string, long long> free;
    std::vector<const Json *> pods; ///< only where they are asked for
    long long load = 0;             ///< how many there are

    [[nodiscard]] std::string label(const std::string &name) const
    {
        return textAt(*object, {"metadata", "labels", name});
    }
};

std::map<std::string, long long> requestsOf(const Json &podSpec, const char *side)
{
    using Amounts = std::map<std::string, long long>;
    const auto amountsOf = [side](const Json &container) {
        Amounts amounts;
        for (const auto &[name, quantity] : at(container, {"resources", side}).items())
            amounts[name] = thousandths(quantity);
        return amounts;
    };
    const auto add = [](Amounts &to, const Amounts &more) {
        for (const auto &[name, amount] : more)
            to[name] += amount;
    };
    const auto raise = [](Amounts &to, const Amounts &least) {
        for (const auto &[name, amount] : least)
            to[name] = std::max(to[name], amount);
    };
    Amounts running, sidecars, starting;
    for (const Json &container : at(podSpec, {"containers"}))
        add(running, amountsOf(container));
    for (const Json &container : at(podSpec, {"initContainers"})) {
        Amounts now = amountsOf(container);
        if (textAt(container, {"restartPolicy"}) == "Always") {
            add(sidecars, now);
            raise(starting, sidecars);
        } else {
            add(now, sidecars);
            raise(starting, now);
        }
    }
    add(running, sidecars);
    raise(running, starting);
    return running;
}

std::map<std::string, long long> amountsWithOverhead(const Json &podSpec, const char *side)
{
    auto amounts = requestsOf(podSpec, side);
    for (const auto &[name, quantity] : at(podSpec, {"overhead"}).items()) {
        if (std::string_view(side) == "requests" || amounts.contains(name))
            amounts[name] += thousandths(quantity);
    }
    return amounts;
}

std::string amountText(const std::string &resource, long long thousandths)
{
    const bool bytes = resource == "memory" || resource == "ephemeral-storage" || startsWith(resource, "hugepages-");
    return (bytes ? Quantity::fromBytes(thousandths / 1000) : Quantity::fromMilli(thousandths)).canonical();
}

bool runsDaemonOn(const Json &podSpec, const Json &node)
{
    if (!isChosenBy(podSpec, node))
        return false;
    for (const Json &taint : at(node, {"spec", "taints"})) {
        const bool ofCondition = startsWith(textAt(taint, {"key"}), "node.kubernetes.io/");
        if (!ofCondition && textAt(taint, {"effect"}) != "PreferNoSchedule" && !isToleratedBy(podSpec, taint))
            return false;
    }
    return true;
}

Scheduler::Scheduler(const ClusterState &state, const std::map<std::string, NodeLoad> &loads, bool anyApart,
                     const Json &pod)
    : m_state(state),
      m_loads(loads),
      m_seesPods(anyApart || at(pod, {"spec"}).contains("affinity") ||
                 at(pod, {"spec"}).contains("topologySpreadConstraints") || !hostPortsOf(at(pod, {"spec"})).empty()),
      m_pod(pod)
{
}

Scheduler::~Scheduler() = default;

void Scheduler::readNodes()
{
    std::map<std::string, std::size_t> byName;
    for (const auto &[name, stored] : m_state.storage.all("nodes")) {
        Node node{&stored->object(), {}, {}, 0};
        for (const auto &[resource, quantity] : at(*node.object, {"status", "allocatable"}).items())
            node.free[resource] = thousandths(quantity);
        if (const auto load = m_loads.find(name.name); load != m_loads.end()) {
            for (const auto &[resource, amount] : load->second.asked)
                node.free[resource] -= amount;
            node.load = load->second.pods;
        }
        byName[name.name] = m_nodes.size();
        m_nodes.push_back(std::move(node));
    }
    if (!m_seesPods)
        return;
    for (const auto &[name, stored] : m_state.storage.all("pods")) {
        const Json &pod = stored->object();
        const auto found = byName.find(textAt(pod, {"spec", "nodeName"}));
        if (found != byName.end() && counts(pod))
            m_nodes[found->second].pods.push_back(&pod);
    }
}

long long Scheduler::countIn(const std::string &topology, const std::string &domain, const Json &term,
                             const std::string &ownNamespace) const
{
    long long count = 0;
    for (const Node &node : m_nodes) {
        if (node.label(topology) != domain)
            continue;
        for (const Json *pod : node.pods)
            count += means(term, ownNamespace, *pod) && !isBeingDeleted(*pod) ? 1 : 0;
    }
    return count;
}

bool Scheduler::isRepelled(const Node &node) const
{
    for (const Node &other : m_nodes) {
        for (const Json *pod : other.pods) {
            for (const Json &term : at(*pod, {"spec", "affinity", "podAntiAffinity", required})) {
                const std::string topology = textAt(term, {"topologyKey"});
                if (!other.label(topology).empty() && other.label(topology) == node.label(topology) &&
                    means(term, nameOf(*pod).nameSpace, m_pod))
                    return true;
            }
        }
    }
    return false;
}

std::string Scheduler::affinityProblem(const Node &node) const
{
    const std::string own = nameOf(m_pod).nameSpace;
    for (const Json &term : at(m_pod, {"spec", "affinity", "podAffinity", required})) {
        const std::string topology = textAt(term, {"topologyKey"}), domain = node.label(topology);
        long long anywhere = 0;
        for (const Node &other : m_nodes)
            anywhere += std::count_if(other.pods.begin(), other.pods.end(),
                                      [&](const Json *pod) { return means(term, own, *pod); });
        const bool first = anywhere == 0 && means(term, own, m_pod);
        if (domain.empty() || (!first && countIn(topology, domain, term, own) == 0))
            return "node(s) didn't match pod affinity rules";
    }
    for (const Json &term : at(m_pod, {"spec", "affinity", "podAntiAffinity", required})) {
        const std::string topology = textAt(term, {"topologyKey"}), domain = node.label(topology);
        if (!domain.empty() && countIn(topology, domain, term, own) > 0)
            return "node(s) didn't match pod anti-affinity rules";
    }
    return isRepelled(node) ? "node(s) didn't satisfy existing pods anti-affinity rules" : "";
}

std::string Scheduler::spreadProblem(const Node &node) const
{
    const std::string own = nameOf(m_pod).nameSpace;
    for (const Json &constraint : at(m_pod, {"spec", "topologySpreadConstraints"})) {
        if (textAt(constraint, {"whenUnsatisfiable"}) == "ScheduleAnyway")
            continue;
        const std::string topology = textAt(constraint, {"topologyKey"}), domain = node.label(topology);
        if (domain.empty())
            return "node(s) didn't match pod topology spread constraints (missing required label)";
        std::map<std::string, long long> counts;
        for (const Node &other : m_nodes) {
            const bool eligible = isChosenBy(at(m_pod, {"spec"}), *other.object);
            if (other.label(topology).empty() || !eligible)
                continue;
            counts[other.label(topology)] += std::count_if(other.pods.begin(), other.pods.end(), [&](const Json *pod) {
                return nameOf(*pod).nameSpace == own && means(constraint, own, *pod) && !isBeingDeleted(*pod);
            });
        }
        long long least = counts.empty() ? 0 : counts.begin()->second;
        for (const auto &[name, count] : counts)
            least = std::min(least, count);
        if (static_cast<long long>(counts.size()) < numberAt(constraint, {"minDomains"}))
            least = 0;
        const long long here = counts[domain] + (means(constraint, own, m_pod) ? 1 : 0);
        if (here - least > numberAt(constraint, {"maxSkew"}, 1))
            return "node(s) didn't match pod topology spread constraints";
    }
    return {};
}

std::string Scheduler::filter(const Node &node) const
{
    const Json &spec = at(m_pod, {"spec"});
    if (flagAt(*node.object, {"spec", "unschedulable"}) && !isToleratedBy(spec, cordon()))
        return "node(s) were unschedulable";
    for (const Json &taint : at(*node.object, {"spec", "taints"})) {
        if (textAt(taint, {"effect"}) != "PreferNoSchedule" && !isToleratedBy(spec, taint))
            return "node(s) had untolerated taint {" + textAt(taint, {"key"}) + ": " + textAt(taint, {"value"}) + "}";
    }
    if (!isChosenBy(spec, *node.object))
        return "node(s) didn't match Pod's node affinity/selector";
    const auto ports = hostPortsOf(spec);
    for (const Json *pod : node.pods) {
        for (const std::string &port : hostPortsOf(at(*pod, {"spec"})))
            if (ports.contains(port))
                return "node(s) didn't have free ports for the requested pod ports";
    }
    const auto most = node.free.find("pods");
    if (most == node.free.end() || node.load * 1000 >= most->second)
        return "Too many pods";
    for (const auto &[resource, amount] : amountsWithOverhead(spec)) {
        const auto free = node.free.find(resource);
        if (amount > 0 && (free == node.free.end() || free->second < amount))
            return "Insufficient " + resource;
    }
    const std::string unspread = spreadProblem(node);
    return unspread.empty() ? affinityProblem(node) : unspread;
}

std::string Scheduler::choose()
{
    readNodes();
    const Node *best = nullptr;
    std::map<std::string, int> reasons;
    for (const Node &node : m_nodes) {
        if (const std::string why = filter(node); !why.empty())
            ++reasons[why];
        else if (best == nullptr || node.load < best->load)
            best = &node;
    }
    if (best != nullptr)
        return textAt(*best->object, {"metadata", "name"});
    std::vector<std::string> counted;
    for (const auto &[why, count] : reasons)
        counted.push_back(std::to_string(count) + " " + why);
    m_reason = "0/" + std::to_string(m_nodes.size()) + " nodes are available: " + join(counted, ", ") + ".";
    return {};
}

} // namespace binnacle::simulator

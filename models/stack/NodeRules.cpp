// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/NodeRules.h"

#include "stack/Workloads.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace binnacle::stack {

namespace {

constexpr const char *cordonTaint = "node.kubernetes.io/unschedulable";
constexpr const char *required = "requiredDuringSchedulingIgnoredDuringExecution";

bool isOfCondition(const std::string &taint)
{
    static const std::vector<std::string> keys = {"node.kubernetes.io/not-ready",
                                                  "node.kubernetes.io/unreachable",
                                                  "node.kubernetes.io/disk-pressure",
                                                  "node.kubernetes.io/memory-pressure",
                                                  "node.kubernetes.io/pid-pressure",
                                                  "node.kubernetes.io/network-unavailable",
                                                  "node.cloudprovider.kubernetes.io/uninitialized"};
    return std::find(keys.begin(), keys.end(), taint) != keys.end();
}

/// What the DaemonSet controller tolerates for its pods (kubernetes.io/docs/concepts/workloads/controllers/daemonset).
bool toleratesAsDaemon(const core::Json &podSpec, const std::string &key)
{
    static const std::vector<std::string> keys = {
        "node.kubernetes.io/not-ready",       "node.kubernetes.io/unreachable",  "node.kubernetes.io/disk-pressure",
        "node.kubernetes.io/memory-pressure", "node.kubernetes.io/pid-pressure", cordonTaint};
    return std::find(keys.begin(), keys.end(), key) != keys.end() ||
           (key == "node.kubernetes.io/network-unavailable" && valueAt(podSpec, {"hostNetwork"}) == true);
}

bool isTolerated(const core::Json &podSpec, const core::Json &taint)
{
    const core::Json &tolerations = valueAt(podSpec, {"tolerations"});
    return std::any_of(tolerations.begin(), tolerations.end(), [&](const core::Json &toleration) {
        const std::string effect = textAt(toleration, {"effect"}), key = textAt(toleration, {"key"});
        if (!effect.empty() && effect != textAt(taint, {"effect"}))
            return false;
        if (!key.empty() && key != textAt(taint, {"key"}))
            return false;
        if (textAt(toleration, {"operator"}) == "Exists")
            return true;
        return !key.empty() && textAt(toleration, {"value"}) == textAt(taint, {"value"});
    });
}

/// The taints that keep pods away, the cordon among them.
std::vector<core::Json> repellingTaints(const core::Json &node)
{
    std::vector<core::Json> taints;
    bool cordoned = false;
    for (const core::Json &taint : valueAt(node, {"spec", "taints"})) {
        if (textAt(taint, {"effect"}) == "PreferNoSchedule")
            continue;
        cordoned = cordoned || textAt(taint, {"key"}) == cordonTaint;
        taints.push_back(taint);
    }
    if (!cordoned && valueAt(node, {"spec", "unschedulable"}) == true)
        taints.push_back({{"key", cordonTaint}, {"effect", "NoSchedule"}});
    return taints;
}

std::optional<long long> wholeNumber(const std::string &text)
{
    char *end = nullptr;
    const long long number = std::strtoll(text.c_str(), &end, 10);
    return text.empty() || *end != '\0' ? std::nullopt : std::optional(number);
}

/// labels.Requirement.Matches: NotIn also holds where there is no such label.
bool holds(const core::Json &expression, const std::map<std::string, std::string> &labels)
{
    const std::string op = textAt(expression, {"operator"});
    const auto label = labels.find(textAt(expression, {"key"}));
    const core::Json &values = valueAt(expression, {"values"});
    const bool there = label != labels.end();
    const bool named = there && std::find(values.begin(), values.end(), label->second) != values.end();
    if (op == "In")
        return named;
    if (op == "NotIn")
        return !named;
    if (op == "Exists" || op == "DoesNotExist")
        return there == (op == "Exists");
    if (!there || values.empty() || !values[0].is_string())
        return false;
    const auto is = wholeNumber(label->second), bound = wholeNumber(values[0].get<std::string>());
    return is && bound && (op == "Gt" ? *is > *bound : *is < *bound);
}

bool holdAll(const core::Json &expressions, const std::map<std::string, std::string> &labels)
{
    return std::all_of(expressions.begin(), expressions.end(),
                       [&](const core::Json &expression) { return holds(expression, labels); });
}

std::string textOf(const core::Json &taint)
{
    const std::string value = textAt(taint, {"value"});
    return textAt(taint, {"key"}) + (value.empty() ? "" : "=" + value) + ":" + textAt(taint, {"effect"});
}

} // namespace

bool isChosen(const core::Json &podSpec, const core::Json &node)
{
    const auto labels = labelsOf(node);
    for (const auto &[name, value] : valueAt(podSpec, {"nodeSelector"}).items()) {
        const auto label = labels.find(name);
        if (label == labels.end() || value != label->second)
            return false;
    }
    const core::Json &terms = valueAt(podSpec, {"affinity", "nodeAffinity", required, "nodeSelectorTerms"});
    if (terms.is_null())
        return true;
    const std::map<std::string, std::string> fields = {{"metadata.name", textAt(node, {"metadata", "name"})}};
    // One term is enough; a term that asks for nothing matches nothing.
    return std::any_of(terms.begin(), terms.end(), [&](const core::Json &term) {
        const core::Json &byLabel = valueAt(term, {"matchExpressions"});
        const core::Json &byField = valueAt(term, {"matchFields"});
        return !(byLabel.empty() && byField.empty()) && holdAll(byLabel, labels) && holdAll(byField, fields);
    });
}

std::string nodeRefusal(const core::Json &podSpec, bool daemon, const core::Json &node, Conditions conditions)
{
    if (const std::string name = textAt(podSpec, {"nodeName"}); !name.empty())
        return name == textAt(node, {"metadata", "name"}) ? "" : "not the node that the pod names";
    if (!isChosen(podSpec, node))
        return "not matching its node selector or affinity";
    for (const core::Json &taint : repellingTaints(node)) {
        const std::string key = textAt(taint, {"key"});
        if (isTolerated(podSpec, taint) || (daemon && toleratesAsDaemon(podSpec, key)) ||
            (conditions == Conditions::Ignore && isOfCondition(key)))
            continue;
        return key == cordonTaint ? "cordoned" : "with the taint " + textOf(taint);
    }
    return {};
}

std::vector<HostPort> hostPortsOf(const core::Json &podSpec)
{
    const bool ofHost = valueAt(podSpec, {"hostNetwork"}) == true;
    std::vector<HostPort> ports;
    for (const core::Json *container : allContainersOf(podSpec)) {
        for (const core::Json &port : valueAt(*container, {"ports"})) {
            const core::Json &number = valueAt(port, {ofHost ? "containerPort" : "hostPort"});
            if (!number.is_number_integer() || number == 0)
                continue;
            const std::string address = textAt(port, {"hostIP"}), protocol = textAt(port, {"protocol"});
            ports.push_back(
                {address.empty() ? "0.0.0.0" : address, protocol.empty() ? "TCP" : protocol, number.get<long long>()});
        }
    }
    return ports;
}

bool areInConflict(const std::vector<HostPort> &a, const std::vector<HostPort> &b)
{
    return std::any_of(a.begin(), a.end(), [&](const HostPort &one) {
        return std::any_of(b.begin(), b.end(), [&](const HostPort &other) {
            return one.port == other.port && one.protocol == other.protocol &&
                   (one.address == other.address || one.address == "0.0.0.0" || other.address == "0.0.0.0");
        });
    });
}

} // namespace binnacle::stack

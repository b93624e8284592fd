// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyReach.h"

#include "cluster/rules/Fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack {

namespace {

using cluster::rules::at;
using cluster::rules::integer;
using cluster::rules::text;
using core::Json;

bool matchesExpression(const Json &expression, const Labels &labels)
{
    const auto found = labels.find(text(expression, {"key"}));
    const bool present = found != labels.end();
    const std::string op = text(expression, {"operator"});
    if (op == "Exists")
        return present;
    if (op == "DoesNotExist")
        return !present;
    const Json *values = at(expression, {"values"});
    const bool listed =
        present && values && values->is_array() && std::any_of(values->begin(), values->end(), [&](const Json &value) {
            return value.is_string() && value.get<std::string>() == found->second;
        });
    return op == "NotIn" ? !listed : listed;
}

const Json &arrayAt(const Json &object, cluster::rules::Path path)
{
    static const Json none = Json::array();
    const Json *value = at(object, path);
    return value && value->is_array() ? *value : none;
}

bool matchesNamespace(const Json *selector, const core::Namespace &nameSpace, const cluster::Store &store)
{
    const kube::RecordPointer record = store.find({{"", "Namespace"}, {}, nameSpace.value()});
    if (!record)
        return true;
    Labels labels;
    for (const auto &[key, value] : record->meta.labels)
        labels[key.str()] = value.str();
    return matches(selector, labels);
}

bool matchesPeer(const Json &peer, const core::Namespace &policyNamespace, const Endpoint &other,
                 const cluster::Store &store)
{
    if (at(peer, {"ipBlock"}))
        return true;
    const Json *nameSpaces = at(peer, {"namespaceSelector"});
    const bool here =
        nameSpaces ? matchesNamespace(nameSpaces, other.nameSpace, store) : other.nameSpace == policyNamespace;
    return here && matches(at(peer, {"podSelector"}), other.labels);
}

bool matchesPort(const Json &entry, const Endpoint &to, const std::string &protocol, int port)
{
    const std::string wanted = text(entry, {"protocol"});
    if ((wanted.empty() ? "TCP" : wanted) != protocol)
        return false;
    const Json *value = at(entry, {"port"});
    if (!value)
        return true;
    if (value->is_string()) {
        const auto named = to.namedPorts.find(value->get<std::string>());
        return named != to.namedPorts.end() && named->second == port;
    }
    const long long first = integer(entry, {"port"});
    return port >= first && port <= integer(entry, {"endPort"}, first);
}

struct Direction
{
    const char *rules; ///< "ingress" or "egress"
    const char *peers; ///< "from" or "to"
    const char *type;  ///< as in policyTypes
};

bool applies(const Json &policy, const Direction &direction)
{
    const Json &types = arrayAt(policy, {"spec", "policyTypes"});
    if (!types.empty())
        return std::any_of(types.begin(), types.end(), [&](const Json &type) { return type == direction.type; });
    // The API's default: always Ingress; Egress when there are egress rules.
    return std::string_view(direction.type) == "Ingress" || !arrayAt(policy, {"spec", "egress"}).empty();
}

/// The names of the policies that isolate `self` in this direction when none of them lets `other` through.
std::string isolating(const Direction &direction, const Endpoint &self, const Endpoint &other, const Endpoint &to,
                      const std::string &protocol, int port, const cluster::Store &store)
{
    std::string names;
    for (const auto &record : store.list({"networking.k8s.io", "NetworkPolicy"}, self.nameSpace)) {
        const Json *policy = record->json();
        if (!policy || !matches(at(*policy, {"spec", "podSelector"}), self.labels) || !applies(*policy, direction))
            continue;
        for (const Json &rule : arrayAt(*policy, {"spec", direction.rules})) {
            const Json &peers = arrayAt(rule, {direction.peers});
            const Json &ports = arrayAt(rule, {"ports"});
            const bool peerOk = peers.empty() || std::any_of(peers.begin(), peers.end(), [&](const Json &peer) {
                                    return matchesPeer(peer, self.nameSpace, other, store);
                                });
            const bool portOk = ports.empty() || std::any_of(ports.begin(), ports.end(), [&](const Json &entry) {
                                    return matchesPort(entry, to, protocol, port);
                                });
            if (peerOk && portOk)
                return {};
        }
        names += (names.empty() ? "" : ", ") + record->meta.nameSpace.str() + "/" + record->meta.name;
    }
    return names;
}

} // namespace

bool matches(const Json *selector, const Labels &labels)
{
    if (!selector || !selector->is_object())
        return true;
    if (const Json *wanted = at(*selector, {"matchLabels"}); wanted && wanted->is_object()) {
        for (const auto &entry : wanted->items()) {
            const auto found = labels.find(entry.key());
            if (found == labels.end() || !entry.value().is_string() ||
                found->second != entry.value().get<std::string>())
                return false;
        }
    }
    const Json &expressions = arrayAt(*selector, {"matchExpressions"});
    return std::all_of(expressions.begin(), expressions.end(),
                       [&](const Json &expression) { return matchesExpression(expression, labels); });
}

std::optional<std::string> forbiddenBy(const Endpoint &from, const Endpoint &to, const std::string &protocol, int port,
                                       const cluster::Store &store)
{
    const std::string where = protocol + " " + std::to_string(port);
    const std::string in = isolating({"ingress", "from", "Ingress"}, to, from, to, protocol, port, store);
    if (!in.empty())
        return "network policy " + in + " does not let it in on " + where;
    const std::string out = isolating({"egress", "to", "Egress"}, from, to, to, protocol, port, store);
    if (!out.empty())
        return "network policy " + out + " does not let it out on " + where;
    return std::nullopt;
}

} // namespace binnacle::stack

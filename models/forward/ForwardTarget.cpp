// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/ForwardTarget.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace binnacle::forward {

using core::ErrorKind;
using core::Json;

namespace {

struct Kind
{
    const char *group;
    const char *kind;
    const char *shown; ///< how targetText() writes it
    std::array<const char *, 3> names;
};

constexpr std::array<Kind, 5> kinds{{{"", "Pod", "pod", {"pod", "pods", "po"}},
                                     {"", "Service", "svc", {"svc", "service", "services"}},
                                     {"apps", "Deployment", "deploy", {"deploy", "deployment", "deployments"}},
                                     {"apps", "StatefulSet", "sts", {"sts", "statefulset", "statefulsets"}},
                                     {"apps", "DaemonSet", "ds", {"ds", "daemonset", "daemonsets"}}}};

const Kind *kindOf(const core::GroupKind &kind)
{
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind &each) {
        return kind.group == each.group && kind.kind == each.kind;
    });
    return found == kinds.end() ? nullptr : &*found;
}

const Json &member(const Json &object, const char *name)
{
    static const Json nothing;
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? *found : nothing;
}

std::string textOf(const Json &object, const char *name)
{
    const Json &value = member(object, name);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::uint16_t numberOf(const Json &object, const char *name)
{
    const Json &value = member(object, name);
    return value.is_number_unsigned() && value.get<unsigned>() <= 0xFFFF ? value.get<std::uint16_t>()
                                                                         : std::uint16_t{0};
}

bool isTcp(const Json &port)
{
    const auto protocol = textOf(port, "protocol");
    return protocol.empty() || protocol == "TCP";
}

/// 0: not a number.
std::uint16_t numberFromText(const std::string &text)
{
    std::uint16_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? number : std::uint16_t{0};
}

const Json &podSpecOf(const core::GroupKind &kind, const Json &target)
{
    const Json &spec = member(target, "spec");
    return kind.kind == "Pod" ? spec : member(member(spec, "template"), "spec");
}

std::string joined(const std::vector<OfferedPort> &ports)
{
    std::string text;
    for (const auto &port : ports)
        text += (text.empty() ? "" : ", ") + std::to_string(port.number) +
                (port.name.empty() ? "" : " (" + port.name + ")");
    return text.empty() ? "none" : text;
}

core::Error noSuchPort(const kube::ObjectKey &target, const Json &object, const std::string &remote)
{
    auto error = core::makeError(ErrorKind::Invalid, "it has no TCP port " + remote,
                                 "choose one of its ports: " + joined(offeredPorts(target.kind, object)));
    error.object = target.describe();
    return error;
}

/// One requirement of a labelSelector, as labels.Requirement writes it.
std::string requirement(const Json &expression)
{
    const auto key = textOf(expression, "key");
    const auto operation = textOf(expression, "operator");
    if (operation == "Exists")
        return key;
    if (operation == "DoesNotExist")
        return "!" + key;
    std::string values;
    for (const Json &value : member(expression, "values"))
        values += (values.empty() ? "" : ",") + value.get<std::string>();
    return key + (operation == "NotIn" ? " notin (" : " in (") + values + ")";
}

const Json *servicePort(const Json &service, const std::string &remote)
{
    const auto number = numberFromText(remote);
    for (const Json &port : member(member(service, "spec"), "ports"))
        if (isTcp(port) && (number != 0 ? numberOf(port, "port") == number : textOf(port, "name") == remote))
            return &port;
    return nullptr;
}

} // namespace

bool canForwardTo(const core::GroupKind &kind)
{
    return kindOf(kind) != nullptr;
}

core::Result<kube::ObjectKey> targetFromText(const std::string &text, const core::Namespace &nameSpace)
{
    const auto slash = text.find('/');
    const auto typed = slash == std::string::npos ? "pod" : text.substr(0, slash);
    const auto name = slash == std::string::npos ? text : text.substr(slash + 1);
    // "deployment.apps/web" is what kubectl prints with -o name.
    const auto plain = typed.substr(0, typed.find('.'));
    for (const auto &kind : kinds)
        if (std::find(kind.names.begin(), kind.names.end(), plain) != kind.names.end() && !name.empty() &&
            name.find('/') == std::string::npos)
            return kube::ObjectKey{{kind.group, kind.kind}, nameSpace, name};
    return core::fail(ErrorKind::Usage, "\"" + text + "\" cannot be forwarded to",
                      "name a target such as pod/NAME, svc/NAME, deploy/NAME, sts/NAME or ds/NAME");
}

std::string targetText(const kube::ObjectKey &target)
{
    const auto *const kind = kindOf(target.kind);
    return (kind == nullptr ? target.kind.kind : std::string(kind->shown)) + "/" + target.name;
}

std::string podSelector(const core::GroupKind &kind, const Json &target)
{
    const Json &selector = member(member(target, "spec"), "selector");
    const bool service = kind.kind == "Service";
    std::string text;
    const auto add = [&text](const std::string &part) { text += (text.empty() ? "" : ",") + part; };
    const Json &labels = service ? selector : member(selector, "matchLabels");
    if (labels.is_object())
        for (const auto &[key, value] : labels.items())
            add(key + "=" + (value.is_string() ? value.get<std::string>() : std::string()));
    if (!service)
        for (const Json &expression : member(selector, "matchExpressions"))
            add(requirement(expression));
    return text;
}

std::vector<OfferedPort> offeredPorts(const core::GroupKind &kind, const Json &target)
{
    std::vector<OfferedPort> ports;
    if (kind.kind == "Service") {
        for (const Json &port : member(member(target, "spec"), "ports"))
            if (isTcp(port))
                ports.push_back({textOf(port, "name"), numberOf(port, "port")});
        return ports;
    }
    for (const Json &container : member(podSpecOf(kind, target), "containers"))
        for (const Json &port : member(container, "ports"))
            if (isTcp(port))
                ports.push_back({textOf(port, "name"), numberOf(port, "containerPort")});
    return ports;
}

core::Result<std::uint16_t> portNumber(const kube::ObjectKey &target, const Json &object, const std::string &remote)
{
    if (target.kind.kind == "Service") {
        const Json *const port = servicePort(object, remote);
        if (port == nullptr)
            return core::fail(noSuchPort(target, object, remote));
        return numberOf(*port, "port");
    }
    if (const auto number = numberFromText(remote); number != 0)
        return number;
    for (const auto &port : offeredPorts(target.kind, object))
        if (port.name == remote)
            return port.number;
    return core::fail(noSuchPort(target, object, remote));
}

core::Result<PodPort> podPort(const kube::ObjectKey &target, const Json &object, const std::string &remote)
{
    if (target.kind.kind != "Service") {
        const auto number = portNumber(target, object, remote);
        if (!number)
            return core::fail(number.error());
        // Pods of an older template may give the name to another number.
        return numberFromText(remote) != 0 ? PodPort{*number, {}} : PodPort{*number, remote};
    }
    const Json *const port = servicePort(object, remote);
    if (port == nullptr)
        return core::fail(noSuchPort(target, object, remote));
    const auto number = numberOf(*port, "port");
    // Nothing translates the ports of a headless service: its names are the pods' own addresses.
    if (textOf(member(object, "spec"), "clusterIP") == "None")
        return PodPort{number, {}};
    if (const auto name = textOf(*port, "targetPort"); !name.empty())
        return PodPort{0, name};
    const auto targetPort = numberOf(*port, "targetPort");
    return PodPort{targetPort == 0 ? number : targetPort, {}};
}

std::optional<std::uint16_t> namedPort(const Json &pod, const std::string &name)
{
    for (const auto &port : offeredPorts({"", "Pod"}, pod))
        if (port.name == name)
            return port.number;
    return std::nullopt;
}

kube::RecordPointer choosePod(const std::vector<kube::RecordPointer> &pods, bool mustBeReady,
                              const std::string &currentUid)
{
    kube::RecordPointer best;
    for (const auto &record : pods) {
        const auto *const pod = std::get_if<kube::PodRecord>(&record->body);
        if (pod == nullptr || record->meta.deleted != 0 || pod->phase != kube::PodPhase::Running)
            continue;
        const bool ready = std::any_of(pod->conditions.begin(), pod->conditions.end(), [](const auto &condition) {
            return condition.type == "Ready" && condition.status == kube::ConditionStatus::True;
        });
        if (mustBeReady && !ready)
            continue;
        if (record->meta.uid == currentUid)
            return record;
        if (!best || record->meta.created > best->meta.created)
            best = record;
    }
    return best;
}

} // namespace binnacle::forward

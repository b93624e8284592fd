// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/RotationPods.h"

#include "core/Futures.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::Json;

/// What `kubectl rollout restart` and a restart of ours leave on a pod template, and so on each pod made from it.
std::string restartedAt(const Json &object, const char *annotations)
{
    return object.value(Json::json_pointer(annotations), Json::object())
        .value("kubectl.kubernetes.io/restartedAt", std::string());
}

/// A label selector as a query says it.
std::string selectorText(const Json &selector)
{
    std::string text;
    const auto add = [&](const std::string &part) { text += (text.empty() ? "" : ",") + part; };
    const Json labels = selector.value("matchLabels", Json::object());
    for (const auto &[name, value] : labels.items())
        add(name + "=" + value.get<std::string>());
    for (const Json &expression : selector.value("matchExpressions", Json::array())) {
        const auto key = expression.value("key", "");
        const auto sign = expression.value("operator", "");
        std::string values;
        for (const Json &value : expression.value("values", Json::array()))
            values += (values.empty() ? "" : ",") + value.get<std::string>();
        if (sign == "In" || sign == "NotIn")
            add(key + (sign == "In" ? " in (" : " notin (") + values + ")");
        else
            add((sign == "DoesNotExist" ? "!" : "") + key);
    }
    return text;
}

core::Result<void> provePod(const Json &pod, const std::string &restarted)
{
    auto error = core::makeError(core::ErrorKind::Server, {}, "look at its events and its log");
    error.object = "Pod " + pod["metadata"].value("namespace", "") + "/" + pod["metadata"].value("name", "");
    if (restartedAt(pod, "/metadata/annotations") != restarted)
        error.message = "it was not restarted and still runs with the value from before";
    else if (!isPodReady(pod))
        error.message = "it runs with the value and is not ready";
    if (error.message.empty())
        return {};
    return core::fail(std::move(error));
}

} // namespace

bool isPodReady(const Json &pod)
{
    if (pod.value(Json::json_pointer("/metadata/deletionTimestamp"), "") != "")
        return false;
    for (const Json &condition : pod.value(Json::json_pointer("/status/conditions"), Json::array())) {
        if (condition.value("type", "") == "Ready")
            return condition.value("status", "") == "True";
    }
    return false;
}

QFuture<core::Result<std::vector<Json>>> podsOf(std::shared_ptr<kube::Client> client, const Json &workload,
                                                core::CancellationToken token)
{
    using Found = core::Result<std::vector<Json>>;
    kube::ListOptions options;
    options.labelSelector = selectorText(workload.value(Json::json_pointer("/spec/selector"), Json::object()));
    const core::Namespace nameSpace(workload.value(Json::json_pointer("/metadata/namespace"), ""));
    return core::then(
        client->list({"", "Pod"}, nameSpace, options, std::move(token)), [](const core::Result<Json> &list) -> Found {
            if (!list)
                return core::fail(list.error());
            auto pods = list->value("items", std::vector<Json>());
            std::erase_if(pods, [](const Json &pod) {
                const auto phase = pod.value(Json::json_pointer("/status/phase"), "");
                return phase == "Succeeded" || phase == "Failed" || pod["metadata"].contains("deletionTimestamp");
            });
            return pods;
        });
}

QFuture<core::Result<void>> provePods(std::shared_ptr<kube::Client> client, const kube::ObjectKey &workload,
                                      core::CancellationToken token)
{
    using Proven = core::Result<void>;
    return core::chain<void>(client->get(workload, token),
                             [client, token](const core::Result<Json> &live) -> QFuture<Proven> {
                                 if (!live)
                                     return core::ready(Proven(core::fail(live.error())));
                                 const auto restarted = restartedAt(*live, "/spec/template/metadata/annotations");
                                 return core::then(podsOf(client, *live, token),
                                                   [restarted](const core::Result<std::vector<Json>> &pods) -> Proven {
                                                       if (!pods)
                                                           return core::fail(pods.error());
                                                       for (const Json &pod : *pods) {
                                                           if (auto proven = provePod(pod, restarted); !proven)
                                                               return proven;
                                                       }
                                                       return {};
                                                   });
                             });
}

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ReplicaFacts.h"

#include "core/Futures.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;

const core::GroupKind autoscalerKind{"autoscaling", "HorizontalPodAutoscaler"};
const core::GroupKind budgetKind{"policy", "PodDisruptionBudget"};

Json member(const Json &object, const char *pointer)
{
    return object.value(Json::json_pointer(pointer), Json());
}

std::string textOf(const Json &value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// An IntOrString of so many pods; percentages are rounded up, as the disruption controller does.
long long amountOf(const std::string &text, long long pods)
{
    long long amount = 0;
    std::from_chars(text.data(), text.data() + text.size(), amount);
    return text.ends_with('%') ? (pods * amount + 99) / 100 : amount;
}

std::string intOrString(const Json &value)
{
    return value.is_null() ? std::string() : value.is_string() ? value.get<std::string>() : value.dump();
}

std::string podsText(long long pods)
{
    return pods == 1 ? "1 pod" : std::to_string(pods) + " pods";
}

std::string warningOf(const DisruptionBudget &budget, long long replicas)
{
    const std::string name = "PodDisruptionBudget " + budget.name;
    const long long pods = replicas + budget.others;
    const std::string stuck = ", so draining a node waits forever";
    if (!budget.minAvailable.empty()) {
        const long long least = amountOf(budget.minAvailable, pods);
        if (pods < least)
            return name + " wants " + std::to_string(least) + " available: with " + podsText(pods) +
                   " that is never so, and none may be evicted" + stuck;
        if (pods == least)
            return name + " wants " + budget.minAvailable + " available: of " + podsText(pods) +
                   " none may be evicted" + stuck;
        return {};
    }
    if (budget.maxUnavailable.empty())
        return {};
    const long long most = amountOf(budget.maxUnavailable, pods);
    if (most <= 0)
        return name + " lets none be unavailable: none may be evicted" + stuck;
    return pods <= most ? name + " lets " + budget.maxUnavailable + " be unavailable: with " + podsText(pods) +
                              " all may be evicted at once"
                        : std::string();
}

stack::Labels podLabelsOf(const Json &workload)
{
    stack::Labels labels;
    const Json given = member(workload, "/spec/template/metadata/labels");
    for (const auto &[key, value] : given.items())
        labels[key] = textOf(value);
    return labels;
}

/// Of built-in kinds only: whether an operator keeps to its number, nobody knows.
std::optional<kube::ObjectKey> ownerOf(const Json &live, const kube::ObjectKey &workload)
{
    for (const Json &owner : live.value("/metadata/ownerReferences"_json_pointer, Json::array())) {
        const std::string version = owner.value("apiVersion", "");
        if (owner.value("controller", false) && version.starts_with("apps/"))
            return kube::ObjectKey{{"apps", owner.value("kind", "")}, workload.nameSpace, owner.value("name", "")};
    }
    return std::nullopt;
}

/// autoscaling/v1 Scale and every workload with a number leave the default out at most.
long long replicasOf(const Json &workload)
{
    const Json replicas = member(workload, "/spec/replicas");
    return replicas.is_number_integer() ? replicas.get<long long>() : 1;
}

} // namespace

std::optional<kube::ObjectKey> autoscalerOf(const kube::ObjectKey &workload, const Json &autoscalers)
{
    for (const Json &autoscaler : autoscalers.value("items", Json::array())) {
        const Json target = member(autoscaler, "/spec/scaleTargetRef");
        if (!target.is_object() || target.value("kind", "") != workload.kind.kind ||
            target.value("name", "") != workload.name)
            continue;
        const std::string version = target.value("apiVersion", "");
        const bool named = version.empty() || version == "extensions/v1beta1" ||
                           version.substr(0, version.find('/')) == workload.kind.group;
        if (named)
            return kube::ObjectKey{autoscalerKind, workload.nameSpace, textOf(member(autoscaler, "/metadata/name"))};
    }
    return std::nullopt;
}

std::vector<DisruptionBudget> budgetsOf(const Json &list, const stack::Labels &labels, long long running)
{
    std::vector<DisruptionBudget> budgets;
    for (const Json &item : list.value("items", Json::array())) {
        const Json selector = member(item, "/spec/selector");
        const bool old = item.value("apiVersion", list.value("apiVersion", "")) == "policy/v1beta1";
        if (selector.is_null() || (selector.empty() && old) || !stack::matches(&selector, labels))
            continue;
        DisruptionBudget budget;
        budget.name = textOf(member(item, "/metadata/name"));
        budget.minAvailable = intOrString(member(item, "/spec/minAvailable"));
        budget.maxUnavailable = intOrString(member(item, "/spec/maxUnavailable"));
        const Json expected = member(item, "/status/expectedPods");
        if (expected.is_number_integer())
            budget.others = std::max(0LL, expected.get<long long>() - running);
        budgets.push_back(std::move(budget));
    }
    return budgets;
}

std::vector<std::string> replicaWarnings(const std::vector<DisruptionBudget> &budgets, long long replicas)
{
    if (replicas == 0)
        return {"With no replicas nothing of it runs: whatever needs it will fail"};
    std::vector<std::string> warnings;
    for (const auto &budget : budgets) {
        if (auto warning = warningOf(budget, replicas); !warning.empty())
            warnings.push_back(std::move(warning));
    }
    return warnings;
}

std::vector<std::string> replicaWarnings(const ReplicaFacts &facts, long long replicas)
{
    auto warnings = replicaWarnings(facts.budgets, replicas);
    if (facts.autoscaler && replicas == 0)
        warnings.push_back(facts.autoscaler->describe() + " does nothing while there are none: it brings none back");
    else if (facts.autoscaler && !facts.isAutoscaled())
        warnings.push_back(facts.autoscaler->describe() + " sets the number from then on");
    return warnings;
}

std::string idleWarning(const ReplicaFacts &facts)
{
    return facts.autoscaler && !facts.isAutoscaled()
               ? "There are no replicas, and " + facts.autoscaler->describe() +
                     " does nothing until somebody scales its target to one or more"
               : std::string();
}

QFuture<Result<ReplicaFacts>> replicaFacts(std::shared_ptr<kube::Client> client, kube::ObjectKey workload,
                                           core::CancellationToken token)
{
    const auto asked =
        core::settle<Json>({client->get(workload, token), client->list(autoscalerKind, workload.nameSpace, {}, token),
                            client->list(budgetKind, workload.nameSpace, {}, token)});
    return core::then(asked, [workload](const Result<std::vector<Result<Json>>> &all) -> Result<ReplicaFacts> {
        if (!all)
            return core::fail(all.error());
        const auto &[live, autoscalers, budgets] = std::tie((*all)[0], (*all)[1], (*all)[2]);
        if (!live)
            return core::fail(live.error());
        ReplicaFacts facts;
        facts.replicas = replicasOf(*live);
        facts.owner = ownerOf(*live, workload);
        if (autoscalers)
            facts.autoscaler = autoscalerOf(workload, *autoscalers);
        else
            facts.unread.push_back(autoscalerKind.kind);
        const Json running = member(*live, "/status/replicas");
        if (budgets)
            facts.budgets = budgetsOf(*budgets, podLabelsOf(*live),
                                      running.is_number_integer() ? running.get<long long>() : facts.replicas);
        else
            facts.unread.push_back(budgetKind.kind);
        return facts;
    });
}

} // namespace binnacle::operations

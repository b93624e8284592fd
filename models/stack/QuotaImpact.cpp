// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/QuotaImpact.h"

#include "stack/AmountText.h"
#include "stack/Feasibility.h"
#include "stack/QuotaReport.h"
#include "stack/Situation.h"
#include "stack/Workloads.h"

#include <algorithm>
#include <tuple>

namespace binnacle::stack {

namespace {

using core::Json;
using core::Quantity;

constexpr std::size_t mostNamed = 3;

bool countsPods(const std::string &resource)
{
    return resource == "pods" || resource == "count/pods";
}

/// "requests" and "cpu" of "requests.cpu" and of "cpu"; an empty side: no pod asks for it.
std::pair<std::string, std::string> sideOf(const std::string &resource)
{
    if (resource == "cpu" || resource == "memory" || resource == "ephemeral-storage")
        return {"requests", resource};
    for (const std::string side : {"requests", "limits"}) {
        const bool storage = resource == "requests.storage" || resource.find("storageclass") != std::string::npos;
        if (resource.starts_with(side + ".") && !storage)
            return {side, resource.substr(side.size() + 1)};
    }
    return {};
}

/// How much of a quota's resource one pod takes.
Quantity perPod(const WorkloadDemand &demand, const std::string &resource)
{
    if (countsPods(resource))
        return Quantity::fromMilli(1000);
    const auto [side, name] = sideOf(resource);
    const auto known = demand.perPod.find(side + "." + name);
    return known == demand.perPod.end() ? Quantity() : known->second;
}

/// What makes pods, or says what they shall be: no pod by itself, which nobody replaces.
bool isWorkload(const Json &object)
{
    return !isControlled(object) && !isOver(object) && keyOf(object).kind.kind != "Pod";
}

/// What the change does to one resource of the quota.
class Impact
{
public:
    Impact(std::string resource, bool scoped, const std::vector<Json> &objects)
        : m_resource(std::move(resource)), m_scoped(scoped), m_objects(objects)
    {
        std::vector<Json> workloads;
        for (const Json &object : objects) {
            if (isWorkload(object))
                workloads.push_back(object);
        }
        m_demands = demandsOf(workloads, objects);
        std::erase_if(m_demands, [this](const auto &demand) { return perPod(demand, m_resource).isZero(); });
        std::stable_sort(m_demands.begin(), m_demands.end(),
                         [this](const auto &a, const auto &b) { return order(a) < order(b); });
    }

    /// As the quota controller would count it, where that is in the pods.
    [[nodiscard]] std::optional<Quantity> counted() const
    {
        if (!isOfPods() || m_scoped)
            return std::nullopt;
        std::vector<Json> pods;
        for (const Json &object : m_objects) {
            if (keyOf(object).kind.kind == "Pod" && !isOver(object))
                pods.push_back(object);
        }
        Quantity sum;
        for (const auto &pod : demandsOf(pods, {}))
            sum = sum + perPod(pod, m_resource);
        return sum;
    }

    [[nodiscard]] std::string below(const Quantity &used, const Quantity &hard) const
    {
        const std::string over =
            m_resource + ": " + amountText(m_resource, used) + " used, " + amountText(m_resource, hard) + " allowed. ";
        const std::string until = " until " + amountText(m_resource, used - hard) + " is freed.";
        if (!isOfPods())
            return over + "What exists stays, but none can be added, nor made anew after it was deleted," + until +
                   claimants();
        const std::string what = countsPods(m_resource) ? "no new pod is" : "no new pod that asks for it is";
        return over + "Running pods stay, but " + what +
               " admitted: no rollout, no scaling up, no replacement of a pod that is evicted or lost," + until +
               firstHit();
    }

    [[nodiscard]] std::string tight(const Quantity &used, const Quantity &hard) const
    {
        const auto left = hard - used;
        const auto next = std::find_if(m_demands.begin(), m_demands.end(),
                                       [&](const auto &demand) { return perPod(demand, m_resource) > left; });
        if (next == m_demands.end() || m_scoped)
            return {};
        const std::string room = left.isZero() ? "all " + amountText(m_resource, hard) + " are used"
                                               : amountText(m_resource, left) + " is left";
        return m_resource + ": " + room + ", and another pod of " + next->key.name + " needs " +
               amountText(m_resource, perPod(*next, m_resource)) + ". What runs stays." + firstHit();
    }

    /// A quota on what pods request or may use at most makes every pod state it.
    [[nodiscard]] std::string mandatory() const
    {
        static const std::vector<std::string> stated{"cpu",        "memory",       "requests.cpu", "requests.memory",
                                                     "limits.cpu", "limits.memory"};
        if (std::find(stated.begin(), stated.end(), m_resource) == stated.end())
            return {};
        const auto [side, name] = sideOf(m_resource);
        const std::string wanted = side + "." + name;
        std::vector<Json> workloads;
        for (const Json &object : m_objects) {
            if (isWorkload(object))
                workloads.push_back(object);
        }
        // The limit ranges' defaults are in already.
        for (const auto &demand : demandsOf(workloads, m_objects)) {
            for (const Json *const container : allContainersOf(demand.podSpec)) {
                if (valueAt(*container, {"resources", side, name}).is_null())
                    return "Every new pod must then state " + wanted + ": those of " + demand.key.name +
                           " will be refused, as there is no " + wanted + " of container " +
                           textAt(*container, {"name"}) +
                           ". Give the namespace a limit range with a default, or state it there.";
            }
        }
        return {};
    }

private:
    [[nodiscard]] bool isOfPods() const { return countsPods(m_resource) || !sideOf(m_resource).first.empty(); }

    /// Autoscalers want more pods by themselves, rollouts when somebody changes something, all else when a pod is lost.
    [[nodiscard]] std::tuple<int, Quantity, std::string> order(const WorkloadDemand &demand) const
    {
        const bool grows = !demand.autoscaler.empty() && demand.most > demand.fewest;
        return {grows ? 0 : demand.surge > 0 ? 1 : 2, Quantity() - perPod(demand, m_resource), demand.key.name};
    }

    [[nodiscard]] std::string firstHit() const
    {
        if (m_demands.empty() || m_scoped)
            return {};
        std::string text = " Hit first: ";
        const auto named = std::min(m_demands.size(), mostNamed);
        for (std::size_t index = 0; index < named; ++index) {
            const auto &demand = m_demands[index];
            text += index > 0 ? "; " : "";
            const int rank = std::get<0>(order(demand));
            if (rank == 0)
                text += "the autoscaler of " + demand.key.name + ", which may want up to " +
                        std::to_string(demand.most) + " pods";
            else if (rank == 1)
                text += "rollouts of " + demand.key.name;
            else if (demand.key.kind.kind == "CronJob")
                text += "runs of " + demand.key.name;
            else
                text += "lost pods of " + demand.key.name;
        }
        if (m_demands.size() > named)
            text += "; then " + std::to_string(m_demands.size() - named) + " more";
        return text + ".";
    }

    /// What makes claims by itself.
    [[nodiscard]] std::string claimants() const
    {
        if (m_resource.find("persistentvolumeclaims") == std::string::npos &&
            m_resource.find("storage") == std::string::npos)
            return {};
        for (const Json &object : m_objects) {
            if (keyOf(object).kind.kind == "StatefulSet" && !valueAt(object, {"spec", "volumeClaimTemplates"}).empty())
                return " Hit first: StatefulSet " + keyOf(object).name + ", which claims a volume for each new pod.";
        }
        return {};
    }

    std::string m_resource;
    bool m_scoped;
    const std::vector<Json> &m_objects;
    std::vector<WorkloadDemand> m_demands;
};

} // namespace

std::vector<std::string> quotaImpact(const Json &before, const Json &after, const std::vector<Json> &objects)
{
    std::vector<std::string> sentences;
    const auto tell = [&](std::string sentence) {
        if (!sentence.empty())
            sentences.push_back(std::move(sentence));
    };
    const auto report = quotaReport(after);
    for (const auto &[resource, hard] : valueAt(after, {"spec", "hard"}).items()) {
        const Json &old = valueAt(before, {"spec", "hard", resource});
        const auto limit = quantityOf(hard);
        if (!old.is_null() && limit >= quantityOf(old))
            continue;
        const Impact impact(resource, !report.scopes.empty(), objects);
        const Json &known = valueAt(before, {"status", "used", resource});
        const auto used = known.is_null() ? impact.counted() : std::optional(quantityOf(known));
        if (used && *used > limit)
            tell(impact.below(*used, limit));
        else if (used)
            tell(impact.tight(*used, limit));
        if (old.is_null() && report.scopes.empty())
            tell(impact.mandatory());
    }
    return sentences;
}

std::vector<std::string> limitRangeImpact(const Json &after, const std::vector<Json> &objects)
{
    std::vector<Json> then;
    std::vector<Json> now;
    for (const Json &object : objects) {
        if (isControlled(object) || isOver(object))
            continue;
        now.push_back(object);
        if (keyOf(object) != keyOf(after))
            then.push_back(object);
    }
    then.push_back(after);
    const auto known = checkFeasibility(now);
    std::vector<std::string> sentences;
    for (const Finding &finding : checkFeasibility(then)) {
        if (finding.severity == Finding::Severity::Error &&
            std::find(known.begin(), known.end(), finding) == known.end())
            sentences.push_back(finding.message + ". Running pods stay, new ones are refused. " + finding.next);
    }
    return sentences;
}

} // namespace binnacle::stack

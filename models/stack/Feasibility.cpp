// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Feasibility.h"

#include "stack/PodSecurity.h"
#include "stack/Workloads.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

using Severity = Finding::Severity;

std::string replicas(long long count)
{
    return std::to_string(count) + (count == 1 ? " replica" : " replicas");
}

/// How many pods of `demand` fit beside what the others take; never negative.
long long fitting(const core::Quantity &hard, const core::Quantity &others, const core::Quantity &perPod)
{
    long long count = 0;
    while (others + perPod * (count + 1) <= hard && count < 100'000) {
        ++count;
    }
    return count;
}

class Checker
{
public:
    explicit Checker(const std::vector<core::Json> &objects) : m_objects(objects), m_demands(demandsOf(objects)) {}

    std::vector<Finding> check()
    {
        for (const core::Json &object : m_objects) {
            const std::string kind = object.value("kind", "");
            if (kind == "ResourceQuota") {
                checkQuota(object);
            } else if (kind == "LimitRange") {
                checkLimitRange(object);
            } else if (kind == "PodDisruptionBudget") {
                checkBudget(object);
            } else if (kind == "Namespace") {
                checkSecurity(object);
            }
        }
        return std::move(m_findings);
    }

private:
    [[nodiscard]] std::vector<const WorkloadDemand *> demandsIn(const core::Namespace &nameSpace) const
    {
        std::vector<const WorkloadDemand *> found;
        for (const WorkloadDemand &demand : m_demands) {
            if (demand.key.nameSpace == nameSpace) {
                found.push_back(&demand);
            }
        }
        return found;
    }

    void add(Severity severity, const kube::ObjectKey &object, std::string message, std::string next,
             std::optional<long long> fits = {})
    {
        m_findings.push_back({severity, object, std::move(message), std::move(next), fits});
    }

    void checkQuota(const core::Json &quota)
    {
        const kube::ObjectKey key = keyOf(quota);
        for (const auto &[written, value] : valueAt(quota, {"spec", "hard"}).items()) {
            const std::string name = written == "cpu" || written == "memory" ? "requests." + written : written;
            const core::Quantity hard = quantityOf(value);
            if (name == "persistentvolumeclaims") {
                checkClaims(key, hard);
            } else if (name.rfind("requests.", 0) == 0 || name.rfind("limits.", 0) == 0) {
                checkAmount(key, name, hard);
            } else if (name == "pods" || name == "count/pods") {
                checkPods(key, hard);
            }
        }
    }

    void checkAmount(const kube::ObjectKey &quota, const std::string &name, const core::Quantity &hard)
    {
        if (name != "requests.cpu" && name != "requests.memory" && name != "limits.cpu" && name != "limits.memory") {
            return;
        }
        core::Quantity total;
        const auto demands = demandsIn(quota.nameSpace);
        for (const WorkloadDemand *demand : demands) {
            for (const std::string &lacking : demand->lacking) {
                if (lacking.rfind(name + " ", 0) == 0) {
                    add(Severity::Error, demand->key,
                        "the quota " + quota.name + " counts " + name + ", and there is no " + lacking +
                            ": its pods will be refused",
                        "State it, or give the namespace a LimitRange with a default.");
                }
            }
            total = total + amount(*demand, name) * demand->most;
        }
        if (total > hard) {
            tellOverrun(quota, name, hard, total, demands);
            return;
        }
        for (const WorkloadDemand *demand : demands) {
            const core::Quantity rolling = total + amount(*demand, name) * demand->surge;
            if (demand->surge > 0 && rolling > hard) {
                add(Severity::Warning, demand->key,
                    "a roll-out of " + demand->key.name + " at " + replicas(demand->most) + " adds " +
                        std::to_string(demand->surge) + ": " + name + " " + rolling.canonical() + " > " +
                        hard.canonical() + " of the quota " + quota.name,
                    "Lower maxSurge or the number of replicas, or raise the quota.");
            }
        }
    }

    static core::Quantity amount(const WorkloadDemand &demand, const std::string &name)
    {
        const auto found = demand.perPod.find(name);
        return found == demand.perPod.end() ? core::Quantity{} : found->second;
    }

    /// Blames the workload that can give way: one with an autoscaler, else the largest.
    void tellOverrun(const kube::ObjectKey &quota, const std::string &name, const core::Quantity &hard,
                     const core::Quantity &total, const std::vector<const WorkloadDemand *> &demands)
    {
        const auto weight = [&](const WorkloadDemand *demand) {
            return std::pair(!demand->autoscaler.empty(), amount(*demand, name) * demand->most);
        };
        const WorkloadDemand &largest = **std::max_element(
            demands.begin(), demands.end(), [&](const auto *a, const auto *b) { return weight(a) < weight(b); });
        const core::Quantity perPod = amount(largest, name);
        const long long fits = fitting(hard, total - perPod * largest.most, perPod);
        const std::string who = largest.autoscaler.empty()
                                    ? "its spec asks for "
                                    : "HorizontalPodAutoscaler " + largest.autoscaler + " allows ";
        add(Severity::Error, largest.key,
            largest.key.name + " fits " + replicas(fits) + ", " + who + std::to_string(largest.most) + ": " + name +
                " " + total.canonical() + " > " + hard.canonical() + " of the quota " + quota.name,
            "Allow at most " + replicas(fits) + ", or raise " + name + " of the quota to " + total.canonical() + ".",
            fits);
    }

    void checkPods(const kube::ObjectKey &quota, const core::Quantity &hard)
    {
        long long total = 0;
        for (const WorkloadDemand *demand : demandsIn(quota.nameSpace)) {
            total += demand->most;
        }
        if (total > hard.value()) {
            add(Severity::Error, quota,
                "the workloads of " + quota.nameSpace.value() + " make " + std::to_string(total) +
                    " pods, the quota allows " + hard.canonical(),
                "Raise the quota, or lower the replicas.");
        }
    }

    void checkClaims(const kube::ObjectKey &quota, const core::Quantity &hard)
    {
        long long total = 0;
        for (const core::Json &object : m_objects) {
            const kube::ObjectKey key = keyOf(object);
            if (key.nameSpace != quota.nameSpace) {
                continue;
            }
            if (key.kind.kind == "PersistentVolumeClaim") {
                ++total;
            } else if (key.kind.kind == "StatefulSet") {
                const core::Json &count = valueAt(object, {"spec", "replicas"});
                total += static_cast<long long>(valueAt(object, {"spec", "volumeClaimTemplates"}).size()) *
                         (count.is_number_integer() ? count.get<long long>() : 1);
            }
        }
        if (total > hard.value()) {
            add(Severity::Error, quota,
                "the stack has " + std::to_string(total) + " volume claims in " + quota.nameSpace.value() +
                    ", the quota allows " + hard.canonical(),
                "Raise persistentvolumeclaims of the quota.");
        }
    }

    void checkLimitRange(const core::Json &range)
    {
        const kube::ObjectKey key = keyOf(range);
        for (const core::Json &limit : valueAt(range, {"spec", "limits"})) {
            if (textAt(limit, {"type"}) != "Container") {
                continue;
            }
            for (const WorkloadDemand *demand : demandsIn(key.nameSpace)) {
                for (const char *list : {"containers", "initContainers"}) {
                    for (const core::Json &container : valueAt(demand->podSpec, {list})) {
                        checkContainer(*demand, container, limit, key.name);
                    }
                }
            }
        }
    }

    void checkContainer(const WorkloadDemand &demand, const core::Json &container, const core::Json &limit,
                        const std::string &range)
    {
        const std::string who = "container " + textAt(container, {"name"}) + " of " + demand.key.name;
        for (const char *resource : {"cpu", "memory"}) {
            for (const char *side : {"requests", "limits"}) {
                const core::Json &value = valueAt(container, {"resources", side, resource});
                const core::Json &most = valueAt(limit, {"max", resource});
                const core::Json &least = valueAt(limit, {"min", resource});
                const std::string what = who + ": " + side + "." + resource + " ";
                if (!value.is_null() && !most.is_null() && quantityOf(value) > quantityOf(most)) {
                    add(Severity::Error, demand.key,
                        what + quantityOf(value).canonical() + " is above the maximum " + quantityOf(most).canonical() +
                            " of LimitRange " + range,
                        "Lower it, or raise the limit range's max.");
                }
                if (!value.is_null() && !least.is_null() && quantityOf(value) < quantityOf(least)) {
                    add(Severity::Error, demand.key,
                        what + quantityOf(value).canonical() + " is below the minimum " +
                            quantityOf(least).canonical() + " of LimitRange " + range,
                        "Raise it, or lower the limit range's min.");
                }
            }
        }
    }

    void checkBudget(const core::Json &budget)
    {
        const kube::ObjectKey key = keyOf(budget);
        const core::Json &wanted = valueAt(budget, {"spec", "selector", "matchLabels"});
        const core::Json &least = valueAt(budget, {"spec", "minAvailable"});
        const core::Json &most = valueAt(budget, {"spec", "maxUnavailable"});
        for (const WorkloadDemand *demand : demandsIn(key.nameSpace)) {
            const bool meant = wanted.is_object() && !wanted.empty() &&
                               std::all_of(wanted.items().begin(), wanted.items().end(), [&](const auto &label) {
                                   const auto found = demand->podLabels.find(label.key());
                                   return found != demand->podLabels.end() && label.value() == found->second;
                               });
            const bool blocks = (least.is_number_integer() && least.get<long long>() >= demand->fewest) || most == 0 ||
                                most == "0%" || least == "100%";
            if (meant && blocks) {
                add(Severity::Warning, key,
                    "no pod of " + demand->key.name + " may be evicted at " + replicas(demand->fewest) +
                        ": draining its node, as an upgrade does, waits for ever",
                    "Let the budget allow one pod to be missing, or run more replicas.");
            }
        }
    }

    void checkSecurity(const core::Json &nameSpace)
    {
        const std::string level = textAt(nameSpace, {"metadata", "labels", "pod-security.kubernetes.io/enforce"});
        for (const WorkloadDemand *demand : demandsIn(core::Namespace(keyOf(nameSpace).name))) {
            for (const std::string &violation : podSecurityViolations(demand->podSpec, level)) {
                add(Severity::Error, demand->key,
                    "Pod Security level " + level + " of namespace " + demand->key.nameSpace.value() +
                        " refuses its pods: " + violation,
                    "Change the pod's security context, or the level of the namespace.");
            }
        }
    }

    const std::vector<core::Json> &m_objects;
    std::vector<WorkloadDemand> m_demands;
    std::vector<Finding> m_findings;
};

} // namespace

std::vector<Finding> checkFeasibility(const std::vector<core::Json> &objects)
{
    return Checker(objects).check();
}

} // namespace binnacle::stack

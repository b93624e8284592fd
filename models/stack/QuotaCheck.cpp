// SPDX-License-Identifier: GPL-3.0-or-later
// What a ResourceQuota counts, and when it refuses: kubernetes.io/docs/concepts/policy/resource-quotas and
// pkg/quota/v1/evaluator/core.
#include "stack/QuotaCheck.h"

#include "stack/AmountText.h"
#include "stack/ObjectQuotaCheck.h"

#include <algorithm>
#include <tuple>

namespace binnacle::stack {

namespace {

using Severity = Finding::Severity;

bool isComputeName(const std::string &name)
{
    static const std::set<std::string> plain = {"pods", "count/pods", "cpu", "memory", "ephemeral-storage"};
    return plain.contains(name) || name.starts_with("hugepages-") || name.starts_with("limits.") ||
           (name.starts_with("requests.") && name != "requests.storage");
}

/// The name under which amountsOfPod() has it; empty: every pod counts one.
std::string amountName(const std::string &quotaName)
{
    if (quotaName == "pods" || quotaName == "count/pods")
        return {};
    return quotaName.starts_with("requests.") || quotaName.starts_with("limits.") ? quotaName : "requests." + quotaName;
}

core::Quantity amountOf(const Amounts &amounts, const std::string &name)
{
    if (name.empty())
        return core::Quantity::fromMilli(1000);
    const auto found = amounts.find(name);
    return found == amounts.end() ? core::Quantity{} : found->second;
}

bool matchesPriority(const core::Json &expression, const std::string &priority)
{
    const std::string op = textAt(expression, {"operator"});
    const core::Json &values = valueAt(expression, {"values"});
    const bool named = std::find(values.begin(), values.end(), priority) != values.end();
    if (op == "In")
        return named;
    if (op == "NotIn")
        return !named;
    return (op == "Exists") == !priority.empty();
}

bool usesOtherNamespaces(const core::Json &podSpec)
{
    for (const char *const side : {"podAffinity", "podAntiAffinity"}) {
        const core::Json &affinity = valueAt(podSpec, {"affinity", side});
        const auto reaches = [](const core::Json &term) {
            return !valueAt(term, {"namespaces"}).empty() || !valueAt(term, {"namespaceSelector"}).is_null();
        };
        for (const core::Json &term : valueAt(affinity, {"requiredDuringSchedulingIgnoredDuringExecution"})) {
            if (reaches(term))
                return true;
        }
        for (const core::Json &term : valueAt(affinity, {"preferredDuringSchedulingIgnoredDuringExecution"})) {
            if (reaches(valueAt(term, {"podAffinityTerm"})))
                return true;
        }
    }
    return false;
}

bool matchesScope(const core::Json &podSpec, const std::string &scope)
{
    const bool ends = !valueAt(podSpec, {"activeDeadlineSeconds"}).is_null();
    if (scope == "Terminating" || scope == "NotTerminating")
        return ends == (scope == "Terminating");
    if (scope == "BestEffort" || scope == "NotBestEffort")
        return isBestEffort(podSpec) == (scope == "BestEffort");
    if (scope == "PriorityClass")
        return !textAt(podSpec, {"priorityClassName"}).empty();
    if (scope == "CrossNamespacePodAffinity")
        return usesOtherNamespaces(podSpec);
    return false;
}

bool hasScopes(const core::Json &quota)
{
    return !valueAt(quota, {"spec", "scopes"}).empty() ||
           !valueAt(quota, {"spec", "scopeSelector", "matchExpressions"}).empty();
}

bool counts(const core::Json &quota, const core::Json &podSpec)
{
    const core::Json &scopes = valueAt(quota, {"spec", "scopes"});
    const core::Json &expressions = valueAt(quota, {"spec", "scopeSelector", "matchExpressions"});
    return std::all_of(scopes.begin(), scopes.end(),
                       [&](const core::Json &scope) {
                           return scope.is_string() && matchesScope(podSpec, scope.get<std::string>());
                       }) &&
           std::all_of(expressions.begin(), expressions.end(), [&](const core::Json &expression) {
               const std::string scope = textAt(expression, {"scopeName"});
               return scope == "PriorityClass" ? matchesPriority(expression, textAt(podSpec, {"priorityClassName"}))
                                               : matchesScope(podSpec, scope);
           });
}

/// How many of these fit into what is left; never negative.
long long fitting(const core::Quantity &left, const core::Quantity &each)
{
    long long low = 0, high = 1;
    while (each * high <= left && high < (1LL << 40))
        high *= 2;
    while (high - low > 1) {
        const long long middle = (low + high) / 2;
        (each * middle <= left ? low : high) = middle;
    }
    return low;
}

class QuotaChecker
{
public:
    QuotaChecker(const Situation &situation, const core::Json &quota, std::vector<Finding> &findings)
        : m_situation(situation), m_quota(quota), m_key(keyOf(quota)), m_findings(findings)
    {
        for (const WorkloadDemand *demand : situation.demandsIn(m_key.nameSpace)) {
            if (counts(quota, demand->podSpec))
                m_demands.push_back(demand);
        }
    }

    void check()
    {
        for (const auto &[name, value] : valueAt(m_quota, {"spec", "hard"}).items()) {
            const core::Quantity hard = quantityOf(value);
            if (isComputeName(name))
                checkPods(name, hard);
            else if (!hasScopes(m_quota))
                checkObjectQuota(m_situation, m_quota, name, hard, m_findings);
        }
    }

    /// How many replicas of the demand this quota leaves room for.
    [[nodiscard]] long long room(const WorkloadDemand &workload, long long most) const
    {
        if (std::find(m_demands.begin(), m_demands.end(), &workload) == m_demands.end())
            return most;
        for (const auto &[quotaName, value] : valueAt(m_quota, {"spec", "hard"}).items()) {
            const std::string name = amountName(quotaName);
            const core::Quantity each = amountOf(workload.inQuotas, name);
            if (!isComputeName(quotaName) || each.isZero())
                continue;
            const core::Quantity others =
                total(name, Level::Current, takenByOthers(quotaName)) - each * admittedAt(workload, Level::Current);
            most = std::min(most, fitting(quantityOf(value) - others, each));
        }
        return most;
    }

    /// Whether each new pod of it is refused.
    [[nodiscard]] bool refuses(const WorkloadDemand &workload) const
    {
        if (std::find(m_demands.begin(), m_demands.end(), &workload) == m_demands.end() || missingPods(workload) == 0)
            return false;
        for (const auto &[quotaName, value] : valueAt(m_quota, {"spec", "hard"}).items()) {
            if (isComputeName(quotaName) &&
                (!lackingContainers(workload, quotaName).empty() || isTooLarge(workload, quotaName, quantityOf(value))))
                return true;
        }
        return false;
    }

private:
    /// A pod of it has no room beside those of others, even alone of the stack's.
    [[nodiscard]] bool isTooLarge(const WorkloadDemand &workload, const std::string &quotaName,
                                  const core::Quantity &hard) const
    {
        const core::Quantity each = amountOf(workload.inQuotas, amountName(quotaName));
        return !each.isZero() && takenByOthers(quotaName) + each > hard;
    }

    void add(Severity severity, const kube::ObjectKey &object, std::string message, std::string next,
             std::optional<long long> fits, bool certain)
    {
        m_findings.push_back({severity, object, std::move(message), std::move(next), fits, certain});
    }

    /// What pods of others and, where asked, the stack's own live ones take.
    [[nodiscard]] core::Quantity takenByOthers(const std::string &quotaName) const
    {
        core::Quantity taken;
        for (const core::Json *pod : m_situation.others) {
            if (keyOf(*pod).nameSpace == m_key.nameSpace && (quotaName == "count/pods" || !isOver(*pod)) &&
                counts(m_quota, valueAt(*pod, {"spec"})))
                taken = taken + amountOf(m_situation.amountsInQuotas(valueAt(*pod, {"spec"})), amountName(quotaName));
        }
        return taken;
    }

    /// Of all but Jobs, see checkJob().
    [[nodiscard]] core::Quantity total(const std::string &name, Level level, const core::Quantity &others) const
    {
        core::Quantity sum = others;
        for (const WorkloadDemand *demand : m_demands) {
            if (!demand->isJob())
                sum = sum + amountOf(demand->inQuotas, name) * admittedAt(*demand, level);
        }
        return sum;
    }

    /// More than what runs now, and more than allowed: it is refused as soon as it is asked for.
    [[nodiscard]] bool isCertain(const std::string &name, const core::Quantity &hard,
                                 const core::Quantity &others) const
    {
        core::Quantity now = others, added;
        for (const WorkloadDemand *demand : m_demands) {
            if (demand->isJob())
                continue;
            const long long more = demand->refused ? 0 : missingPods(*demand);
            now = now + amountOf(demand->inQuotas, name) * demand->live;
            added = added + amountOf(demand->inQuotas, name) * more;
        }
        return !added.isZero() && now + added > hard;
    }

    void checkPods(const std::string &quotaName, const core::Quantity &hard)
    {
        const std::string name = amountName(quotaName);
        checkLacking(quotaName);
        const core::Quantity others = takenByOthers(quotaName);
        for (const WorkloadDemand *demand : m_demands) {
            if (demand->refused && !demand->isJob() && isTooLarge(*demand, quotaName, hard))
                tellTooLarge(*demand, quotaName, hard, others);
        }
        for (const Level level : levels) {
            const core::Quantity sum = total(name, level, others);
            if (sum > hard) {
                tellOverrun(quotaName, hard, level, sum, level == Level::Fewest && isCertain(name, hard, others));
                return;
            }
        }
        for (const WorkloadDemand *demand : m_demands) {
            if (demand->isJob() && demand->fewest > 0)
                checkJob(*demand, quotaName, hard, others);
        }
        // A roll-out comes later, when what is refused now may have been mended.
        core::Quantity most = others;
        for (const WorkloadDemand *demand : m_demands)
            most = most + amountOf(demand->inQuotas, name) * (demand->isJob() ? 0 : demand->most);
        for (const WorkloadDemand *demand : m_demands) {
            const core::Quantity rolling = most + amountOf(demand->inQuotas, name) * demand->surge;
            if (demand->surge > 0 && rolling > hard)
                add(Severity::Warning, demand->key,
                    "a roll-out of " + demand->key.name + " at " + replicasText(demand->most) + " adds " +
                        std::to_string(demand->surge) + ": " + quotaName + " " + amountText(quotaName, rolling) +
                        " > " + amountText(quotaName, hard) + " of the quota " + m_key.name +
                        (demand->needsSurge ? "; it takes no old pod away first, so it waits for ever" : ""),
                    demand->needsSurge ? "Set maxUnavailable to 1, lower the number of replicas, or raise the quota."
                                       : "Lower maxSurge or the number of replicas, or raise the quota.",
                    {}, false);
        }
    }

    /// Certain only where a pod of it has no room even alone: beside all others it may find it once they are fewer.
    void checkJob(const WorkloadDemand &job, const std::string &quotaName, const core::Quantity &hard,
                  const core::Quantity &others)
    {
        const core::Quantity each = amountOf(job.inQuotas, amountName(quotaName));
        const core::Quantity beside = total(amountName(quotaName), Level::Fewest, others);
        const core::Quantity all = beside + each * job.fewest;
        if (each.isZero() || all <= hard)
            return;
        const std::string raise = "raise " + quotaName + " of the quota to ";
        const auto broken = [&](const core::Quantity &sum) {
            return ": " + quotaName + " " + amountText(quotaName, sum) + " > " + amountText(quotaName, hard) +
                   " of the quota " + m_key.name;
        };
        if (others + each > hard)
            add(Severity::Error, job.key, "Job " + fitsText(job, Level::Fewest, 0) + broken(others + each),
                "Lower what it asks for, or " + raise + amountText(quotaName, others + each) + ".", 0,
                missingPods(job) > 0);
        else if (!job.refused)
            add(Severity::Warning, job.key,
                "Job " + job.key.name + " runs " + std::to_string(fitting(hard - beside, each)) + " of its " +
                    std::to_string(job.fewest) +
                    " pods at once while everything else runs, the rest are refused until there is room" + broken(all),
                "Run it before the others, or " + raise + amountText(quotaName, all) + ".", {}, false);
    }

    /// It takes nothing of the quota, and the others have it to themselves.
    void tellTooLarge(const WorkloadDemand &demand, const std::string &quotaName, const core::Quantity &hard,
                      const core::Quantity &others)
    {
        const core::Quantity each = amountOf(demand.inQuotas, amountName(quotaName));
        const core::Quantity sum = total(amountName(quotaName), Level::Fewest, others) +
                                   each * (demand.fewest - admittedAt(demand, Level::Fewest));
        add(Severity::Error, demand.key,
            fitsText(demand, Level::Fewest, 0) + ": " + quotaName + " " + amountText(quotaName, sum) + " > " +
                amountText(quotaName, hard) + " of the quota " + m_key.name,
            "Lower what it asks for, or raise " + quotaName + " of the quota to " + amountText(quotaName, sum) + ".", 0,
            true);
    }

    /// Blames the workload that can give way: at the most one with an autoscaler, else the largest.
    void tellOverrun(const std::string &quotaName, const core::Quantity &hard, Level level, const core::Quantity &sum,
                     bool certain)
    {
        const std::string name = amountName(quotaName);
        const auto weight = [&](const WorkloadDemand *demand) {
            const core::Quantity all =
                amountOf(demand->inQuotas, name) * (demand->isJob() || demand->refused ? 0 : countAt(*demand, level));
            return std::tuple(!all.isZero(), level == Level::Most && !demand->autoscaler.empty(), all);
        };
        const auto largest = std::max_element(m_demands.begin(), m_demands.end(),
                                              [&](const auto *a, const auto *b) { return weight(a) < weight(b); });
        const std::string broken =
            quotaName + " " + amountText(quotaName, sum) + " > " + amountText(quotaName, hard) + " of the quota ";
        if (largest == m_demands.end() || !std::get<0>(weight(*largest))) {
            add(Severity::Warning, m_key, "more is in use than it allows, no new pod is let in: " + broken + m_key.name,
                "Raise " + quotaName + ", or remove pods.", {}, false);
            return;
        }
        const core::Quantity each = amountOf((*largest)->inQuotas, name);
        const core::Quantity left = hard - (sum - each * countAt(**largest, level));
        const long long fits = fitting(left, each);
        add(Severity::Error, (*largest)->key, fitsText(**largest, level, fits) + ": " + broken + m_key.name,
            "Allow at most " + replicasText(fits) + ", or raise " + quotaName + " of the quota to " +
                amountText(quotaName, sum) + ".",
            fits, certain);
    }

    /// A quota on cpu or memory makes the figure mandatory for each container (podEvaluator.Constraints): those
    /// without.
    [[nodiscard]] static std::vector<std::string> lackingContainers(const WorkloadDemand &demand,
                                                                    const std::string &quotaName)
    {
        static const std::set<std::string> mandatory = {"cpu",        "memory",       "requests.cpu", "requests.memory",
                                                        "limits.cpu", "limits.memory"};
        std::vector<std::string> names;
        if (!mandatory.contains(quotaName) || !valueAt(demand.podSpec, {"resources"}).empty())
            return names;
        const std::string name = amountName(quotaName);
        const auto dot = name.find('.');
        for (const core::Json *container : allContainersOf(demand.podSpec)) {
            if (valueAt(*container, {"resources", name.substr(0, dot), name.substr(dot + 1)}).is_null())
                names.push_back(textAt(*container, {"name"}));
        }
        return names;
    }

    void checkLacking(const std::string &quotaName)
    {
        for (const WorkloadDemand *demand : m_demands) {
            for (const std::string &container : lackingContainers(*demand, quotaName))
                add(Severity::Error, demand->key,
                    "the quota " + m_key.name + " counts " + quotaName + ", and there is no " + quotaName +
                        " of container " + container + ": its pods will be refused",
                    "State it, or give the namespace a LimitRange with a default.", 0, missingPods(*demand) > 0);
        }
    }

    const Situation &m_situation;
    const core::Json &m_quota;
    kube::ObjectKey m_key;
    std::vector<Finding> &m_findings;
    std::vector<const WorkloadDemand *> m_demands;
};

} // namespace

void checkQuotas(const Situation &situation, std::vector<Finding> &findings)
{
    for (const core::Json *quota : situation.ofKind("ResourceQuota"))
        QuotaChecker(situation, *quota, findings).check();
}

bool isRefusedByQuotas(const Situation &situation, const WorkloadDemand &workload)
{
    std::vector<Finding> findings;
    const auto quotas = situation.ofKind("ResourceQuota");
    return std::any_of(quotas.begin(), quotas.end(), [&](const core::Json *quota) {
        return keyOf(*quota).nameSpace == workload.key.nameSpace &&
               QuotaChecker(situation, *quota, findings).refuses(workload);
    });
}

long long replicasInQuotas(const Situation &situation, const kube::ObjectKey &workload, long long most)
{
    std::vector<Finding> findings;
    for (const core::Json *quota : situation.ofKind("ResourceQuota")) {
        for (const WorkloadDemand &demand : situation.demands) {
            if (demand.key == workload && keyOf(*quota).nameSpace == workload.nameSpace)
                most = QuotaChecker(situation, *quota, findings).room(demand, most);
        }
    }
    return most;
}

} // namespace binnacle::stack

// SPDX-License-Identifier: GPL-3.0-or-later
// What a quota counts but pods: kubernetes.io/docs/concepts/policy/resource-quotas, pkg/quota/v1/evaluator/core.
#include "stack/ObjectQuotaCheck.h"

#include "stack/AmountText.h"
#include "stack/StorageClasses.h"

#include <algorithm>
#include <cctype>

namespace binnacle::stack {

namespace {

using Severity = Finding::Severity;

/// "services", "count/deployments.apps" ... as a quota names objects of a kind.
std::vector<std::string> countNames(const core::Json &object)
{
    const kube::ObjectKey key = keyOf(object);
    std::string plural = key.kind.kind;
    std::transform(plural.begin(), plural.end(), plural.begin(), [](unsigned char c) { return std::tolower(c); });
    if (plural.ends_with("y"))
        plural.replace(plural.size() - 1, 1, "ies");
    else if (plural.ends_with("s") || plural.ends_with("x") || plural.ends_with("ch"))
        plural += plural == "endpoints" ? "" : "es";
    else
        plural += "s";
    static const std::set<std::string> plain = {"services", "secrets", "configmaps", "replicationcontrollers",
                                                "resourcequotas"};
    std::vector<std::string> names = {"count/" + plural + (key.kind.group.empty() ? "" : "." + key.kind.group)};
    if (key.kind.group.empty() && plain.contains(plural))
        names.push_back(plural);
    return names;
}

long long amountOfService(const core::Json &service, const std::string &name)
{
    const std::string type = textAt(service, {"spec", "type"});
    if (name == "services.loadbalancers")
        return type == "LoadBalancer" ? 1 : 0;
    if (name != "services.nodeports" || (type != "LoadBalancer" && type != "NodePort"))
        return 0;
    const core::Json &ports = valueAt(service, {"spec", "ports"});
    if (valueAt(service, {"spec", "allocateLoadBalancerNodePorts"}) != false)
        return static_cast<long long>(ports.size());
    return std::count_if(ports.begin(), ports.end(),
                         [](const core::Json &port) { return !valueAt(port, {"nodePort"}).is_null(); });
}

long long numberAt(const core::Json &object, const std::vector<std::string> &path, long long otherwise)
{
    const core::Json &value = valueAt(object, path);
    return value.is_number_integer() ? value.get<long long>() : otherwise;
}

core::Quantity pieces(long long count)
{
    return core::Quantity::fromMilli(1000 * count);
}

/// What a controller makes of an object to remember its templates by.
struct Remembered
{
    const char *kind;
    const char *quotaName;
};

const Remembered *rememberedOf(const std::string &workload)
{
    static const Remembered sets = {"ReplicaSet", "count/replicasets.apps"};
    static const Remembered revisions = {"ControllerRevision", "count/controllerrevisions.apps"};
    if (workload == "Deployment")
        return &sets;
    return workload == "StatefulSet" || workload == "DaemonSet" ? &revisions : nullptr;
}

class ObjectQuotaChecker
{
public:
    ObjectQuotaChecker(const Situation &situation, const core::Json &quota, std::string name, core::Quantity hard,
                       std::vector<Finding> &findings)
        : m_situation(situation),
          m_quota(keyOf(quota)),
          m_name(std::move(name)),
          m_hard(std::move(hard)),
          m_findings(findings)
    {
        for (const core::Json &object : situation.all) {
            if (keyOf(object).nameSpace == m_quota.nameSpace)
                count(object);
        }
    }

    void check()
    {
        if (m_sum > m_hard)
            tellOverrun();
        else if (m_name == "count/jobs.batch")
            checkRuns();
        else
            checkRollouts();
    }

private:
    void count(const core::Json &object)
    {
        const kube::ObjectKey key = keyOf(object);
        if (!m_situation.own.contains(key)) {
            m_sum = m_sum + amountOf(object);
            return;
        }
        const core::Json *live = m_situation.liveOf(key);
        const core::Quantity now = live == nullptr ? core::Quantity() : amountOf(*live);
        // A volume that has grown stays as large as it is, whatever its manifest says.
        const bool grows = key.kind.kind == "PersistentVolumeClaim";
        const core::Quantity amount = grows ? std::max(now, amountOf(object)) : amountOf(object);
        m_sum = m_sum + amount;
        if (amount > now)
            addNew(key, amount - now, {});
        for (const core::Json &claim : missingClaims(object)) {
            m_sum = m_sum + amountOfClaim(claim);
            addNew(key, amountOfClaim(claim), {});
        }
        const Remembered *made = rememberedOf(key.kind.kind);
        if (made != nullptr && m_name == made->quotaName && lacksFirst(object, *made)) {
            m_sum = m_sum + pieces(1);
            addNew(key, pieces(1), std::string("a ") + made->kind);
        }
    }

    /// `made`: what a controller makes for the object; empty: it counts itself, or its claims do.
    void addNew(const kube::ObjectKey &key, const core::Quantity &amount, std::string made)
    {
        if (amount.isZero())
            return;
        m_added = m_added + amount;
        m_blamed = key;
        m_made = std::move(made);
    }

    /// What the object itself adds.
    [[nodiscard]] core::Quantity amountOf(const core::Json &object) const
    {
        const std::string kind = keyOf(object).kind.kind;
        if (kind == "PersistentVolumeClaim")
            return amountOfClaim(object);
        if (kind == "Service" && m_name.starts_with("services."))
            return pieces(amountOfService(object, m_name));
        const auto names = countNames(object);
        return pieces(std::find(names.begin(), names.end(), m_name) != names.end() ? 1 : 0);
    }

    [[nodiscard]] core::Quantity amountOfClaim(const core::Json &claim) const
    {
        const std::string ofClass = classOf(claim) + ".storageclass.storage.k8s.io/";
        const std::string what = m_name.starts_with(ofClass) ? m_name.substr(ofClass.size()) : m_name;
        if (what == "requests.storage")
            return quantityOf(valueAt(claim, {"spec", "resources", "requests", "storage"}));
        return pieces(what == "persistentvolumeclaims" || what == "count/persistentvolumeclaims" ? 1 : 0);
    }

    /// The class that the claim has, or will be given.
    [[nodiscard]] std::string classOf(const core::Json &claim) const
    {
        const core::Json *live = m_situation.liveOf(keyOf(claim));
        for (const core::Json *said : {&claim, live == nullptr ? &claim : live}) {
            if (const core::Json &name = namedStorageClass(*said); name.is_string())
                return name.get<std::string>();
        }
        return live == nullptr ? defaultStorageClass(m_situation) : std::string();
    }

    /// Of a StatefulSet: the claims that it will make.
    [[nodiscard]] std::vector<core::Json> missingClaims(const core::Json &object) const
    {
        std::vector<core::Json> missing;
        const kube::ObjectKey key = keyOf(object);
        if (key.kind.kind != "StatefulSet")
            return missing;
        const long long first = numberAt(object, {"spec", "ordinals", "start"}, 0);
        const long long count = numberAt(object, {"spec", "replicas"}, 1);
        for (core::Json claim : valueAt(object, {"spec", "volumeClaimTemplates"})) {
            const std::string start = textAt(claim, {"metadata", "name"}) + "-" + key.name + "-";
            claim["apiVersion"] = "v1";
            claim["kind"] = "PersistentVolumeClaim";
            claim["metadata"]["namespace"] = key.nameSpace.value();
            for (long long ordinal = first; ordinal < first + count; ++ordinal) {
                claim["metadata"]["name"] = start + std::to_string(ordinal);
                if (m_situation.liveOf(keyOf(claim)) == nullptr && !m_situation.own.contains(keyOf(claim)))
                    missing.push_back(claim);
            }
        }
        return missing;
    }

    /// Whether the first ReplicaSet or ControllerRevision is yet to be made, without which there are no pods. Of kinds
    /// that only quotas count nothing is known before the quota is there.
    [[nodiscard]] bool lacksFirst(const core::Json &object, const Remembered &made) const
    {
        const kube::ObjectKey key = keyOf(object);
        if (key.kind.kind == "Deployment" && valueAt(object, {"spec", "paused"}) == true)
            return false;
        if (m_situation.liveOf(key) == nullptr)
            return true;
        return m_situation.liveOf(m_quota) != nullptr && m_situation.countMadeBy(key, made.kind) == 0;
    }

    [[nodiscard]] std::string broken(const core::Quantity &sum) const
    {
        return m_name + " " + amountText(m_name, sum) + " > " + amountText(m_name, m_hard) + " of the quota " +
               m_quota.name;
    }

    [[nodiscard]] std::string raise(const core::Quantity &sum) const
    {
        return "aise " + m_name + " of the quota to " + amountText(m_name, sum);
    }

    void tellOverrun()
    {
        const bool isNew = m_blamed.has_value();
        std::string message;
        if (!m_made.empty())
            message = m_blamed->name + " needs " + m_made + ", which is refused: ";
        else if (m_name.ends_with("requests.storage"))
            message = "too much storage is claimed in " + m_quota.nameSpace.value() + ": ";
        else
            message = "too many " + std::string(m_name == "persistentvolumeclaims" ? "volume claims" : "objects") +
                      " in " + m_quota.nameSpace.value() + ": ";
        // Where not even one more has room, none of the workload's pods comes to be.
        const bool none = !m_made.empty() && m_sum - m_added + pieces(1) > m_hard;
        m_findings.push_back({Severity::Error, isNew ? *m_blamed : m_quota, message + broken(m_sum),
                              "R" + raise(m_sum) + ", or remove some.", none ? std::optional(0LL) : std::nullopt,
                              isNew});
    }

    /// A roll-out makes one more, and old ones are kept.
    void checkRollouts()
    {
        const core::Quantity one = m_sum + pieces(1);
        core::Quantity kept = m_sum;
        bool any = false;
        for (const core::Json &object : m_situation.objects) {
            const kube::ObjectKey key = keyOf(object);
            const Remembered *made = rememberedOf(key.kind.kind);
            if (key.nameSpace != m_quota.nameSpace || made == nullptr || m_name != made->quotaName)
                continue;
            any = true;
            if (one > m_hard)
                m_findings.push_back({Severity::Warning, key,
                                      "a roll-out of " + key.name + " needs one more " + made->kind +
                                          ", which will be refused: " + broken(one),
                                      "R" + raise(one) + ", or remove old ones.", std::nullopt, false});
            const long long now = std::max(1LL, m_situation.countMadeBy(key, made->kind));
            kept = kept + pieces(std::max(0LL, numberAt(object, {"spec", "revisionHistoryLimit"}, 10) + 1 - now));
        }
        kept = kept + pieces(1);
        if (any && one <= m_hard && kept > m_hard)
            m_findings.push_back({Severity::Warning, m_quota,
                                  "one day a roll-out will be refused, as revisionHistoryLimit keeps what earlier ones "
                                  "made: " +
                                      broken(kept),
                                  "Lower revisionHistoryLimit, or r" + raise(kept) + ".", std::nullopt, false});
    }

    /// A CronJob makes a Job for each run, and keeps some that are over.
    void checkRuns()
    {
        const core::Quantity one = m_sum + pieces(1);
        core::Quantity kept = m_sum;
        for (const core::Json &object : m_situation.objects) {
            const kube::ObjectKey key = keyOf(object);
            if (key.nameSpace != m_quota.nameSpace || key.kind.kind != "CronJob")
                continue;
            const long long now = m_situation.countMadeBy(key, "Job");
            const long long most = 1 + numberAt(object, {"spec", "successfulJobsHistoryLimit"}, 3) +
                                   numberAt(object, {"spec", "failedJobsHistoryLimit"}, 1);
            const core::Quantity grown = kept + pieces(std::max(0LL, most - now));
            kept = grown;
            if (one > m_hard && valueAt(object, {"spec", "suspend"}) != true)
                m_findings.push_back({now == 0 ? Severity::Error : Severity::Warning, key,
                                      "each run of " + key.name + " needs a Job, which will be refused: " + broken(one),
                                      "R" + raise(one) + ", or remove old ones.", std::nullopt, false});
        }
        if (one <= m_hard && kept > m_hard)
            m_findings.push_back({Severity::Warning, m_quota,
                                  "one day a run will be refused, as the history limits of cron jobs keep what earlier "
                                  "ones made: " +
                                      broken(kept),
                                  "Lower the history limits, or r" + raise(kept) + ".", std::nullopt, false});
    }

    const Situation &m_situation;
    kube::ObjectKey m_quota;
    std::string m_name;
    core::Quantity m_hard;
    std::vector<Finding> &m_findings;
    core::Quantity m_sum;                    ///< of all there will be
    core::Quantity m_added;                  ///< of it what is not there yet
    std::optional<kube::ObjectKey> m_blamed; ///< the last that adds to it
    std::string m_made;                      ///< what its controller makes for it, see addNew()
};

} // namespace

void checkObjectQuota(const Situation &situation, const core::Json &quota, const std::string &name,
                      const core::Quantity &hard, std::vector<Finding> &findings)
{
    ObjectQuotaChecker(situation, quota, name, hard, findings).check();
}

} // namespace binnacle::stack

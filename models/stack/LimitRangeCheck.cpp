// SPDX-License-Identifier: GPL-3.0-or-later
// What limit ranges refuse: plugin/pkg/admission/limitranger.
#include "stack/AmountText.h"
#include "stack/Situation.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

/// One thing that is limited: a container, a pod, a claim.
struct Limited
{
    std::string who; ///< "container web of backend"
    Amounts amounts;
    bool hasLimits = true; ///< claims only request
    kube::ObjectKey object;
    bool certain = false;
    std::optional<long long> fits = {};
};

class LimitChecker
{
public:
    LimitChecker(const Limited &limited, const core::Json &limit, std::vector<Finding> &findings)
        : m_limited(limited), m_range(textAt(limit, {"name"})), m_findings(findings)
    {
        for (const auto &[resource, value] : valueAt(limit, {"max"}).items())
            checkMost(resource, quantityOf(value));
        for (const auto &[resource, value] : valueAt(limit, {"min"}).items())
            checkLeast(resource, quantityOf(value));
        for (const auto &[resource, value] : valueAt(limit, {"maxLimitRequestRatio"}).items())
            checkRatio(resource, value);
    }

private:
    [[nodiscard]] const core::Quantity *amount(const std::string &side, const std::string &resource) const
    {
        const auto found = m_limited.amounts.find(side + "." + resource);
        return found == m_limited.amounts.end() ? nullptr : &found->second;
    }

    void add(const std::string &what, const std::string &next)
    {
        m_findings.push_back({Finding::Severity::Error, m_limited.object, m_limited.who + ": " + what + m_range, next,
                              m_limited.fits, m_limited.certain});
    }

    void checkMost(const std::string &resource, const core::Quantity &most)
    {
        const core::Quantity *limit = amount("limits", resource);
        if (limit == nullptr && m_limited.hasLimits)
            add("there is no limits." + resource + ", and there is a maximum of " + amountText(resource, most) +
                    " in LimitRange ",
                "State the limit.");
        for (const char *const side : {"limits", "requests"}) {
            const core::Quantity *value = amount(side, resource);
            if (value != nullptr && *value > most)
                add(std::string(side) + "." + resource + " " + amountText(resource, *value) + " is above the maximum " +
                        amountText(resource, most) + " of LimitRange ",
                    "Lower it, or raise the limit range's max.");
        }
    }

    void checkLeast(const std::string &resource, const core::Quantity &least)
    {
        if (amount("requests", resource) == nullptr)
            add("there is no requests." + resource + ", and there is a minimum of " + amountText(resource, least) +
                    " in LimitRange ",
                "State the request.");
        for (const char *const side : {"requests", "limits"}) {
            const core::Quantity *value = amount(side, resource);
            if (value != nullptr && *value < least)
                add(std::string(side) + "." + resource + " " + amountText(resource, *value) + " is below the minimum " +
                        amountText(resource, least) + " of LimitRange ",
                    "Raise it, or lower the limit range's min.");
        }
    }

    void checkRatio(const std::string &resource, const core::Json &ratio)
    {
        const core::Quantity *request = amount("requests", resource);
        const core::Quantity *limit = amount("limits", resource);
        const core::Quantity most = quantityOf(ratio);
        const std::string rule = "a limit may be " + most.canonical() + " times the request at most in LimitRange ";
        if (request == nullptr || request->isZero() || limit == nullptr || limit->isZero()) {
            add("there is no " + std::string(request == nullptr || request->isZero() ? "requests." : "limits.") +
                    resource + ", and " + rule,
                "State both request and limit.");
            return;
        }
        // limit / request > ratio, without dividing: ratios have at most a few decimals.
        if (*limit * 1000 > *request * most.milliValue())
            add("limits." + resource + " " + amountText(resource, *limit) + " is too much for requests." + resource +
                    " " + amountText(resource, *request) + ", " + rule,
                "Raise the request, lower the limit, or raise maxLimitRequestRatio.");
    }

    const Limited &m_limited;
    std::string m_range;
    std::vector<Finding> &m_findings;
};

Amounts amountsOfContainer(const core::Json &container)
{
    core::Json spec = core::Json::object();
    spec["containers"] = core::Json::array({container});
    return amountsOfPod(spec);
}

void checkDemand(const WorkloadDemand &demand, const core::Json &limit, std::vector<Finding> &findings)
{
    const bool certain = missingPods(demand) > 0;
    const std::string type = textAt(limit, {"type"});
    if (type == "Pod")
        // The overhead of a runtime class is no matter of limit ranges.
        LimitChecker({"a pod of " + demand.key.name, amountsOfPod(demand.podSpec, Overhead::LeftOut), true, demand.key,
                      certain, 0},
                     limit, findings);
    if (type != "Container")
        return;
    for (const core::Json *container : allContainersOf(demand.podSpec))
        LimitChecker({"container " + textAt(*container, {"name"}) + " of " + demand.key.name,
                      amountsOfContainer(*container), true, demand.key, certain, 0},
                     limit, findings);
}

void checkClaim(const kube::ObjectKey &owner, const core::Json &claim, const core::Json &limit, bool certain,
                std::vector<Finding> &findings)
{
    Amounts amounts;
    for (const auto &[name, value] : valueAt(claim, {"spec", "resources", "requests"}).items())
        amounts["requests." + name] = quantityOf(value);
    LimitChecker({"volume claim " + textAt(claim, {"metadata", "name"}), std::move(amounts), false, owner, certain},
                 limit, findings);
}

} // namespace

void checkLimitRanges(const Situation &situation, std::vector<Finding> &findings)
{
    for (const auto &[nameSpace, limits] : situation.limits) {
        for (const core::Json &limit : limits) {
            for (const WorkloadDemand *demand : situation.demandsIn(core::Namespace(nameSpace)))
                checkDemand(*demand, limit, findings);
            if (textAt(limit, {"type"}) != "PersistentVolumeClaim")
                continue;
            for (const core::Json &object : situation.objects) {
                const kube::ObjectKey key = keyOf(object);
                if (key.nameSpace.value() != nameSpace)
                    continue;
                const bool isNew = situation.liveOf(key) == nullptr;
                if (key.kind.kind == "PersistentVolumeClaim" && isNew)
                    checkClaim(key, object, limit, true, findings);
                for (const core::Json &claim : valueAt(object, {"spec", "volumeClaimTemplates"}))
                    checkClaim(key, claim, limit, isNew, findings);
            }
        }
    }
}

} // namespace binnacle::stack

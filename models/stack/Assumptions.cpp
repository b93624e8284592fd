// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Assumptions.h"

#include "stack/Workloads.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

/// Counted from 1.20.5 on (kubernetes#99600), and of a server no more is known here than its minor version.
constexpr int someCountOverhead = 20;

bool isCertainError(const Finding &finding)
{
    return finding.certain && finding.severity == Finding::Severity::Error;
}

bool hasOverhead(const std::vector<core::Json> &objects, const ClusterFacts &facts)
{
    const auto has = [](const core::Json &object) { return !valueAt(object, {"overhead", "podFixed"}).empty(); };
    return std::any_of(objects.begin(), objects.end(), has) ||
           (facts.runtimeClasses && std::any_of(facts.runtimeClasses->begin(), facts.runtimeClasses->end(), has));
}

/// How many replicas work at best, where each assumption makes the object fail; nothing: under some it does not.
struct Failure
{
    bool everywhere = true;
    std::optional<long long> fits = {};
};

Failure failureOf(const kube::ObjectKey &object, const std::vector<std::vector<Finding>> &findings)
{
    Failure failure;
    for (const auto &under : findings) {
        std::optional<long long> least;
        bool fails = false;
        for (const Finding &finding : under) {
            if (finding.object != object || !isCertainError(finding))
                continue;
            fails = true;
            if (finding.fits)
                least = std::min(*finding.fits, least.value_or(*finding.fits));
        }
        failure.everywhere = failure.everywhere && fails;
        if (least)
            failure.fits = std::max(*least, failure.fits.value_or(*least));
    }
    return failure;
}

} // namespace

std::vector<Assumption> assumptionsOn(const std::vector<core::Json> &objects, const ClusterFacts &facts)
{
    if (facts.minorVersion != someCountOverhead || !hasOverhead(objects, facts))
        return {{}};
    const std::string doubt = "Kubernetes counts the overhead of a runtime class in quotas from 1.20.5 on";
    return {{true, doubt}, {false, doubt}};
}

std::vector<Finding> findingsUnder(const std::vector<Assumption> &assumptions,
                                   const std::vector<std::vector<Finding>> &findings)
{
    if (findings.size() == 1)
        return findings.front();
    std::vector<Finding> all;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        for (Finding finding : findings[i]) {
            const auto holdsIn = [&](const std::vector<Finding> &under) {
                return std::find(under.begin(), under.end(), finding) != under.end();
            };
            const bool always = std::all_of(findings.begin(), findings.end(), holdsIn);
            if (always && i == 0)
                all.push_back(finding);
            if (always)
                continue;
            if (isCertainError(finding)) {
                if (const Failure failure = failureOf(finding.object, findings); failure.everywhere) {
                    finding.fits = failure.fits;
                    if (i == 0)
                        all.push_back(std::move(finding));
                    continue;
                }
            }
            finding.severity = Finding::Severity::Warning;
            finding.certain = false;
            finding.fits.reset();
            finding.message += ", or not: " + assumptions[i].doubt;
            if (!holdsIn(all))
                all.push_back(std::move(finding));
        }
    }
    return all;
}

} // namespace binnacle::stack

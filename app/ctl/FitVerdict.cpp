// SPDX-License-Identifier: GPL-3.0-or-later
#include "FitVerdict.h"

#include "Await.h"
#include "operations/ClusterSurvey.h"
#include "operations/EditImpact.h"

namespace binnacle::ctl {

core::Result<FitVerdict> judgeFit(const Environment &environment, const ClusterSession &session,
                                  const EditedObject &edited)
{
    const auto facts =
        await(operations::surveyCluster(session.client, {edited.key.nameSpace}, environment.interrupt.token()));
    if (!facts)
        return core::fail(facts.error());
    const auto impact = operations::impactOf(edited.key, edited.before, edited.after, *facts);
    FitVerdict verdict{.lines = {}, .certain = operations::certainOf(impact)};
    for (const auto &finding : impact.broken)
        verdict.lines.push_back((finding.severity == stack::Finding::Severity::Error ? "would not fit: " : "") +
                                finding.message);
    for (const auto &finding : impact.standing)
        verdict.lines.push_back("broken already, and this change does not mend it: " + finding.message);
    verdict.lines.insert(verdict.lines.end(), facts->unread.begin(), facts->unread.end());
    return verdict;
}

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "UndoRun.h"

#include "Await.h"
#include "Confirmation.h"
#include "PlanMaking.h"
#include "RunbookRun.h"

namespace binnacle::ctl {

core::Result<void> runUndo(const Environment &environment, const StackArguments &arguments, const UndoWords &words,
                           const UndoPlanner &planner)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    if (const auto discovery = await(session->client->discover()); !discovery)
        return core::fail(discovery.error());
    const std::string name = stackNameOf(arguments);
    runbook::PlanPointer plan;
    {
        const auto journal = runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
        if (!journal)
            return core::fail(journal.error());
        auto made = planner(**journal, *session, name);
        if (!made)
            return core::fail(std::move(made.error()));
        plan = std::make_shared<const runbook::Plan>(std::move(*made));
    }
    if (!environment.options.yes)
        environment.console.message(describePlan(environment.console, *plan));
    if (auto confirmed = confirm(environment, *session, words.verb + " " + name + words.warning + "?", name);
        !confirmed)
        return confirmed;
    return RunbookRun(environment, *session).run([&](operations::RunbookSession &run) { run.start(plan); });
}

} // namespace binnacle::ctl

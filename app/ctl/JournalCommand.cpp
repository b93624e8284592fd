// SPDX-License-Identifier: GPL-3.0-or-later
#include "JournalCommand.h"

#include "TextTable.h"
#include "runbook/Journal.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

[[nodiscard]] Colour colourOf(runbook::Outcome outcome)
{
    switch (outcome) {
    case runbook::Outcome::Done:
        return Colour::Green;
    case runbook::Outcome::Failed:
    case runbook::Outcome::TimedOut:
        return Colour::Red;
    case runbook::Outcome::Cancelled:
        return Colour::Dim;
    case runbook::Outcome::Running:
        return Colour::Yellow;
    }
    return Colour::None;
}

/// A runbook without an end was interrupted, or runs now: the journal cannot tell.
[[nodiscard]] std::string outcomeOf(const runbook::RunbookSummary &summary)
{
    return summary.finished ? runbook::toString(summary.outcome) : "unfinished";
}

[[nodiscard]] core::Json toJson(const runbook::RunbookSummary &summary)
{
    return {{"runbook", summary.id},
            {"title", summary.title},
            {"kind", runbook::toString(summary.kind)},
            {"context", summary.target.context.value()},
            {"server", summary.target.server},
            {"stack", summary.stack},
            {"overlay", summary.overlay},
            {"who", summary.who},
            {"started", core::formatTime(summary.started)},
            {"finished", summary.finished ? core::Json(core::formatTime(*summary.finished)) : core::Json()},
            {"outcome", outcomeOf(summary)},
            {"error", summary.error}};
}

[[nodiscard]] core::Json toJson(const runbook::AuditEntry &entry)
{
    return {{"sequence", entry.sequence}, {"at", core::formatTime(entry.at)},
            {"runbook", entry.runbook},   {"who", entry.who},
            {"context", entry.context},   {"type", entry.type},
            {"step", entry.step},         {"object", entry.object},
            {"action", entry.action},     {"kubectl", entry.kubectl},
            {"diff", entry.diff},         {"error", entry.error}};
}

} // namespace

CLI::App *JournalCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("journal", "Show what was changed, by whom, and how it went");
    command->add_option("RUNBOOK", m_runbook, "Every entry of one runbook; else the runbooks, newest first");
    command->add_option("--limit", m_limit, "At most so many runbooks");
    command->add_flag("--diff", m_diffs, "With the diff of each object");
    return command;
}

core::Result<void> JournalCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto journal = runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
    if (!journal)
        return core::fail(journal.error());
    return m_runbook.empty() ? list(environment, **journal) : show(environment, **journal);
}

core::Result<void> JournalCommand::list(const Environment &environment, const runbook::Journal &journal) const
{
    const auto runbooks = journal.runbooks(m_limit);
    if (!runbooks)
        return core::fail(runbooks.error());
    core::Json json = core::Json::array();
    TextTable table({"STARTED", "RUNBOOK", "OUTCOME", "KIND", "CONTEXT", "WHO", "ERROR"});
    for (const auto &summary : *runbooks) {
        json.push_back(toJson(summary));
        table.add({core::formatTime(summary.started),
                   summary.id,
                   {outcomeOf(summary), colourOf(summary.outcome)},
                   runbook::toString(summary.kind),
                   summary.target.context.value(),
                   summary.who,
                   summary.error});
    }
    if (printStructured(environment, json))
        return {};
    if (table.isEmpty())
        environment.console.message("Nothing was changed yet. The journal is " + journal.path().string() + ".");
    else
        environment.console.print(table.text(environment.console));
    return {};
}

core::Result<void> JournalCommand::show(const Environment &environment, const runbook::Journal &journal) const
{
    const auto summary = journal.runbook(m_runbook);
    if (!summary)
        return core::fail(summary.error());
    const auto entries = journal.audit(m_runbook);
    if (!entries)
        return core::fail(entries.error());
    core::Json json = toJson(*summary);
    json["entries"] = core::Json::array();
    TextTable table({"AT", "TYPE", "STEP", "OBJECT", "ACTION", "ERROR"});
    std::string diffs;
    for (const auto &entry : *entries) {
        json["entries"].push_back(toJson(entry));
        table.add({core::formatTime(entry.at),
                   entry.type,
                   entry.step,
                   entry.object,
                   entry.action,
                   {entry.error, Colour::Red}});
        if (!entry.diff.empty())
            diffs += "\n" + environment.console.coloured(entry.object, Colour::Bold) + "\n" + entry.diff;
    }
    if (!printStructured(environment, json))
        environment.console.print(table.text(environment.console) + (m_diffs ? diffs : ""));
    return {};
}

} // namespace binnacle::ctl

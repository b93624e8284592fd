// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "operations/RunbookSession.h"

#include <functional>
#include <set>

namespace binnacle::ctl {

/// Runs one runbook in the foreground: progress and holds on standard error, the report on standard output. Ctrl-C
/// stops it between two effects.
class RunbookRun
{
public:
    RunbookRun(const Environment &environment, const ClusterSession &session);
    ~RunbookRun();

    /// `begin` starts or resumes the session.
    [[nodiscard]] core::Result<void> run(const std::function<void(operations::RunbookSession &)> &begin);

private:
    void showProgress();
    void showSteps(const runbook::RunState &state);
    void showNotes(const std::string &notes);
    void showHolds(bool again);
    [[nodiscard]] core::Result<void> conclude() const;

    const Environment &m_environment;
    operations::RunbookSession m_session;
    std::vector<runbook::StepState> m_shownStates;
    std::vector<runbook::Hold> m_shownHolds;
    std::set<std::string> m_toldRetries; ///< objects
    bool m_timedOut = false;
};

} // namespace binnacle::ctl

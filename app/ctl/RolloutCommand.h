// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "KindArguments.h"
#include "operations/Rollouts.h"

namespace binnacle::ctl {

/// The rollouts of a workload: how far, what there was before, and holding, restarting and going back.
class RolloutCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    enum class Action { Status, History, Pause, Resume, Restart, Undo };

    CLI::App *add(CLI::App &parent, Action action, const std::string &name, const std::string &help);
    [[nodiscard]] core::Result<kube::ObjectKey> workload(const ClusterSession &session);
    [[nodiscard]] core::Result<void> follow(const Environment &environment, const ClusterSession &session,
                                            const kube::ObjectKey &object) const;
    void print(const Environment &environment, const operations::RolloutHistory &history) const;
    [[nodiscard]] core::Result<void> compare(const Environment &environment,
                                             const operations::RolloutHistory &history) const;
    [[nodiscard]] core::Result<runbook::Plan> plan(const Environment &environment, const ClusterSession &session,
                                                   const operations::RolloutHistory &history) const;

    KindArguments m_object;
    Action m_action = Action::Status;
    long long m_revision = 0;
    bool m_once = false;
    bool m_dryRun = false;
};

} // namespace binnacle::ctl

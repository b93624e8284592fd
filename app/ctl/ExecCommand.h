// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "Command.h"
#include "kube/PodExec.h"

#include <string>
#include <vector>

namespace binnacle::ctl {

/// Runs a command in a container, or joins the one that it was started with, on this terminal or these pipes.
class ExecCommand final : public Command
{
public:
    /// The command's own exit status goes to `exitStatus`, which outlives this.
    ExecCommand(kube::PodStreamKind kind, int &exitStatus) : m_kind(kind), m_exitStatus(exitStatus) {}

    CLI::App *declare(CLI::App &program) override;
    core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<std::string> pod(const Environment &environment, const ClusterSession &session) const;
    [[nodiscard]] core::Result<void> relay(const Environment &environment, const ClusterSession &session,
                                           const kube::PodStreamRequest &request) const;

    [[nodiscard]] bool isExec() const { return m_kind == kube::PodStreamKind::Exec; }

    kube::PodStreamKind m_kind;
    int &m_exitStatus;
    std::string m_name;
    std::string m_container;
    std::vector<std::string> m_command;
    bool m_input = false;
    bool m_terminal = false;
};

} // namespace binnacle::ctl

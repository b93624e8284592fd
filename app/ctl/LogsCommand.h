// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "Command.h"
#include "LogPrinter.h"
#include "ObservedCluster.h"
#include "StackArguments.h"
#include "logs/LogSession.h"

#include <optional>
#include <string>
#include <vector>

namespace binnacle::ctl {

/// Prints logs of pods, workloads, components and whole stacks, merged by time.
class LogsCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    core::Result<void> run(const Environment &environment) override;

private:
    /// Whose logs, and what the store must hold to know.
    struct Target
    {
        logs::PodFinder pods;
        std::vector<cluster::Feed> feeds;
        std::string name; ///< for messages
        bool isOnePod = false;
    };
    [[nodiscard]] core::Result<void> check(const Options &options);
    [[nodiscard]] core::Result<Target> target(const ClusterSession &session) const;
    [[nodiscard]] core::Result<Target> targetInStack() const;
    [[nodiscard]] core::Result<Target> targetBySelector(const ClusterSession &session) const;
    [[nodiscard]] core::Result<Target> targetByName(const ClusterSession &session) const;
    [[nodiscard]] core::Result<void> read(const Environment &environment, logs::LogSession &session,
                                          const Target &target) const;
    [[nodiscard]] core::Result<void> verdict(const Environment &environment, const logs::LogSession &session) const;

    std::string m_name;
    std::string m_selector;
    std::string m_component;
    bool m_wholeStack = false;
    bool m_allNamespaces = false;
    std::string m_since;
    std::string m_level;
    std::string m_pattern;
    bool m_withoutPrefix = false;
    logs::LogOptions m_options;
    LogPrinter::Settings m_printing;
};

} // namespace binnacle::ctl

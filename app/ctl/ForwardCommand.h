// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "forward/Forwards.h"

namespace binnacle::ctl {

/// Opens local ports that lead to a target's until interrupted.
class ForwardCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<std::vector<forward::ForwardRequest>> requests(const Environment &environment,
                                                                              const ClusterSession &session) const;
    [[nodiscard]] core::Result<void> serve(const Environment &environment, forward::Forwards &forwards) const;
    /// Says what is new since `before`; an error: it has failed for good.
    [[nodiscard]] static core::Result<void>
    report(const Environment &environment, const forward::ForwardSnapshot &before, const forward::ForwardSnapshot &now);

    std::string m_target;
    std::vector<std::string> m_ports;
    std::string m_address = "localhost";
};

} // namespace binnacle::ctl

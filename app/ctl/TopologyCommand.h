// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"
#include "stack/Topology.h"

namespace binnacle::ctl {

/// The living picture of a stack, or of whatever runs in a namespace, as a table, JSON, SVG or DOT.
class TopologyCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<stack::Topology> observe(const Environment &environment) const;

    StackArguments m_stack;
    bool m_allNamespaces = false;
};

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "Command.h"
#include "StackArguments.h"
#include "metrics/Usage.h"

namespace binnacle::ctl {

/// What pods, nodes and components use, beside what they asked for and may use.
class TopCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    /// One line of the table. What is not known is not there.
    struct Row
    {
        std::string nameSpace; ///< empty: of nodes
        std::string name;
        metrics::Usage usage;
        metrics::Usage requests; ///< of nodes: what pods may ask for
        metrics::Usage limits;
        int pods = 1;
    };
    using Rows = core::Result<std::vector<Row>>;

    [[nodiscard]] Rows pods(const Environment &environment, const ClusterSession &session) const;
    [[nodiscard]] Rows nodes(const Environment &environment, const ClusterSession &session) const;
    [[nodiscard]] Rows components(const Environment &environment, const ClusterSession &session) const;
    [[nodiscard]] Rows rowsOf(const Environment &environment, const ClusterSession &session,
                              const core::Namespace &nameSpace, bool containers) const;
    void print(const Environment &environment, std::vector<Row> rows) const;

    CLI::App *m_pods = nullptr;
    CLI::App *m_nodes = nullptr;
    CLI::App *m_components = nullptr;
    StackArguments m_stack;
    bool m_allNamespaces = false;
    bool m_containers = false;
    std::string m_sort;
};

} // namespace binnacle::ctl

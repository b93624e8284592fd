// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "KindArguments.h"
#include "cluster/HealthRules.h"
#include "cluster/Store.h"

#include <vector>

namespace binnacle::ctl {

/// How healthy objects are, and why: of a cluster, or of files that hold objects as a cluster would give them.
class HealthCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    struct Row
    {
        core::GroupVersionKind gvk;
        kube::ObjectKey key;
        cluster::Health health;
    };

    [[nodiscard]] core::Result<std::vector<Row>> ofFiles(const Environment &environment) const;
    [[nodiscard]] core::Result<std::vector<Row>> ofCluster(const Environment &environment) const;
    [[nodiscard]] core::Result<std::vector<Row>> ofObject(const Environment &environment) const;
    [[nodiscard]] bool isWanted(const kube::ObjectKey &key) const;
    void print(const Environment &environment, const std::vector<Row> &rows) const;

    std::vector<std::string> m_files;
    KindArguments m_objects;
};

} // namespace binnacle::ctl

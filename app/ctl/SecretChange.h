// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "operations/ConfigData.h"

#include <string>
#include <vector>

namespace binnacle::ctl {

/// What goes with every change of keys.
class SecretChange
{
public:
    void declare(CLI::App &command);
    /// Checks, shows, asks and runs.
    [[nodiscard]] core::Result<void> run(const Environment &environment, const ClusterSession &session,
                                         const kube::ObjectKey &object,
                                         const std::vector<operations::KeyChange> &changes) const;

private:
    struct Prepared;
    [[nodiscard]] core::Result<void> changeSecret(const Environment &environment, const ClusterSession &session,
                                                  Prepared prepared) const;
    [[nodiscard]] core::Result<void> changeConfigMap(const Environment &environment, const ClusterSession &session,
                                                     Prepared prepared) const;
    [[nodiscard]] core::Result<Prepared> prepare(const Environment &environment, const ClusterSession &session,
                                                 const kube::ObjectKey &object,
                                                 const std::vector<operations::KeyChange> &changes) const;
    /// Whom to restart; warns of those who keep the old value.
    [[nodiscard]] core::Result<void> askReaders(const Environment &environment, const ClusterSession &session,
                                                Prepared &prepared) const;

    bool m_restart = false;
    bool m_noUndo = false;
    bool m_dryRun = false;
};

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "runbook/Journal.h"

namespace binnacle::operations {

/// Back to the objects as the journal recorded them before this runbook: what it created is removed, what it changed is
/// restored, last step first. Empty id: the newest deploy of the stack that changed anything and was not rolled back.
/// Of a runbook that deleted objects: brings them back, but for Secrets, whose values are not recorded.
[[nodiscard]] core::Result<runbook::Plan> rollbackPlan(const runbook::Journal &journal, const runbook::Target &target,
                                                       const std::string &stack, const std::string &runbook,
                                                       const core::Clock &clock, core::Random &random);

struct UninstallOptions
{
    bool volumes =
        false; ///< also PersistentVolumeClaims, those of StatefulSets included, and the namespaces that hold them
};

/// Removes what the deploys of this stack created and have not removed since, in reverse. Objects that were there
/// before the first deploy stay. PersistentVolumeClaims stay, and so do their namespaces, unless told otherwise.
[[nodiscard]] core::Result<runbook::Plan> uninstallPlan(const runbook::Journal &journal, const runbook::Target &target,
                                                        const std::string &stack, const UninstallOptions &options,
                                                        const core::Clock &clock, core::Random &random);

} // namespace binnacle::operations

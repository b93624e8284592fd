// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/Client.h"
#include "runbook/Executor.h"

namespace binnacle::operations {

/// Does one effect of a rotation. Each may be repeated: what is done already is left as it is. Values come from the
/// staging Secret and go nowhere but to the database and the rotated Secret.
[[nodiscard]] QFuture<core::Result<runbook::Applied>> rotate(std::shared_ptr<kube::Client> client,
                                                             const runbook::RotationTask &task, core::Random &random,
                                                             core::CancellationToken token);

} // namespace binnacle::operations

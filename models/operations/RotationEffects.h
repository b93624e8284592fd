// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "core/SecretString.h"
#include "kube/Client.h"
#include "runbook/Executor.h"

namespace binnacle::operations {

/// Does one effect of a rotation to the object of its task. Each may be repeated: what is done already is left as it
/// is. Values come from the staging Secret and go nowhere but to the database and the rotated Secret. `given`: the new
/// value where it is not to be made here; null: none.
[[nodiscard]] QFuture<core::Result<runbook::Applied>>
rotate(std::shared_ptr<kube::Client> client, const kube::ObjectKey &object, const runbook::RotationTask &task,
       const core::SecretString *given, core::Random &random, core::CancellationToken token);

} // namespace binnacle::operations

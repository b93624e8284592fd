// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/Client.h"
#include "operations/SecretValues.h"
#include "runbook/Executor.h"

namespace binnacle::operations {

/// Writes the keys, or puts back what was kept of them. Conflict when a key no longer holds what the operator saw, or,
/// when taking back, what the edit wrote. Safe to repeat. Errors name keys and never values.
[[nodiscard]] QFuture<core::Result<runbook::Applied>>
editSecretKeys(std::shared_ptr<kube::Client> client, const kube::ObjectKey &secret, const runbook::SecretEditTask &work,
               const SecretValues &values, core::CancellationToken token);

/// The object that keeps the former values of an edit that is taken back; NotFound says that they are gone.
[[nodiscard]] QFuture<core::Result<core::Json>> keptValues(const std::shared_ptr<kube::Client> &client,
                                                           const kube::ObjectKey &secret,
                                                           const runbook::SecretEditTask &work,
                                                           const core::CancellationToken &token);

/// What the server would make of writing the keys: the whole Secret. Writes nothing.
[[nodiscard]] QFuture<core::Result<core::Json>>
dryRunSecretKeys(std::shared_ptr<kube::Client> client, const kube::ObjectKey &secret,
                 const runbook::SecretEditTask &work, const SecretValues &values, core::CancellationToken token);

/// Makes a new Secret with the values. AlreadyExists where there is one.
[[nodiscard]] QFuture<core::Result<core::Json>>
createSecret(std::shared_ptr<kube::Client> client, const kube::ObjectKey &secret, const runbook::SecretTask &work,
             const SecretValues &values, bool dryRun, core::CancellationToken token);

/// Makes the Secret that keeps what the keys hold. Beside the values it holds salted hashes of those that are about to
/// be written, by which a later taking back knows that nobody has changed them since.
[[nodiscard]] QFuture<core::Result<runbook::Applied>>
keepSecretKeys(std::shared_ptr<kube::Client> client, const kube::ObjectKey &kept, const runbook::SecretKeepTask &work,
               const std::string &runbook, const SecretValues &values, core::Random &random,
               core::CancellationToken token);

/// Of the Secrets that keep former values: the uid of the one that they were kept of.
constexpr const char *undoLabel = "binnacle.dev/undo-of";

} // namespace binnacle::operations

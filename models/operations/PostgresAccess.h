// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "core/SecretString.h"
#include "kube/Client.h"
#include "runbook/Plan.h"

namespace binnacle::operations {

enum class Login { Accepted, Refused };

/// Where a workload's PostgreSQL answers: a pod that runs, and its address.
struct PostgresPod
{
    core::Namespace nameSpace;
    std::string name;
    std::string container;
    std::string address;
};

/// The first running and ready pod of the workload; of a StatefulSet the one with the lowest number.
[[nodiscard]] QFuture<core::Result<PostgresPod>> findPostgres(std::shared_ptr<kube::Client> client,
                                                              const runbook::RotationSubject &subject,
                                                              core::CancellationToken token);

/// Opens a new connection over the network, as the application does, and asks one question. An error when the server
/// could not be asked.
[[nodiscard]] QFuture<core::Result<Login>> tryPassword(std::shared_ptr<kube::Client> client, const PostgresPod &pod,
                                                       const runbook::RotationSubject &subject,
                                                       const core::SecretString &password,
                                                       core::CancellationToken token);

/// Gives the role this password, by its SCRAM verifier. Enters over the pod's own socket, or with one of the passwords
/// that may be right at this moment.
[[nodiscard]] QFuture<core::Result<void>> setPassword(std::shared_ptr<kube::Client> client, const PostgresPod &pod,
                                                      const runbook::RotationSubject &subject,
                                                      const core::SecretString &password,
                                                      const core::SecretString &before, core::Random &random,
                                                      core::CancellationToken token);

} // namespace binnacle::operations

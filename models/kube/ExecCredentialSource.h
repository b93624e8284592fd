// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Credentials.h"

namespace binnacle::kube {

/// Runs a credential plug-in (client.authentication.k8s.io v1 and v1beta1) when a credential is needed: by argument
/// vector, never a shell; one run at a time; cached until the plug-in's expirationTimestamp less a minute.
[[nodiscard]] core::Result<std::unique_ptr<CredentialSource>>
makeExecCredentialSource(std::shared_ptr<const UserSettings> user, std::shared_ptr<const ClusterSettings> cluster,
                         const OpenOptions &options, const core::Clock &clock);

/// Where a plug-in's command is: itself when it is a path, else the first match on PATH, else nothing.
[[nodiscard]] std::string findPluginCommand(const std::string &command);

} // namespace binnacle::kube

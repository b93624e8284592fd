// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "kube/Credentials.h"

namespace binnacle::kube {

/// What a credential plug-in printed.
struct ExecCredential
{
    CredentialPointer credential;
    std::optional<std::chrono::system_clock::time_point> expires;
};

/// The JSON that a plug-in finds in KUBERNETES_EXEC_INFO.
[[nodiscard]] std::string execInfo(const ExecPluginSettings &exec, const ClusterSettings &cluster,
                                   const std::string &authorityPem, bool interactive);

/// Reads an ExecCredential object; its apiVersion must be the one that was asked for.
[[nodiscard]] core::Result<ExecCredential> parseExecCredential(const std::string &output,
                                                               const std::string &wantedApiVersion);

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "kube/Client.h"
#include "runbook/Plan.h"

namespace binnacle::ctl {

/// The cluster that the options name: its client, and what to call it.
struct ClusterSession
{
    std::shared_ptr<kube::Client> client;
    core::ContextName context;
    core::Namespace nameSpace; ///< --namespace, else the context's, else "default"
    std::string server;
    std::string user;

    [[nodiscard]] runbook::Target target() const { return {context, server, user}; }
};

/// Opens the kubeconfig and the context; nothing is sent yet. Files that could not be read while another serves are
/// said on standard error.
[[nodiscard]] core::Result<ClusterSession> openCluster(const Environment &environment);

/// A finished message for a kind that the server does not serve, with what it may have been meant to be.
[[nodiscard]] core::Error unknownKind(const std::string &typed, const kube::Discovery &discovery);

} // namespace binnacle::ctl

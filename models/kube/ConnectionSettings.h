// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SecretString.h"
#include "core/StrongString.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace binnacle::kube {

/// A credential plug-in (client-go credential plug-ins, client.authentication.k8s.io).
struct ExecPluginSettings
{
    std::string apiVersion;
    std::string command; ///< as configured; relative to the kubeconfig's folder when it holds a slash
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> environment;
    std::string installHint;
    std::string interactiveMode; ///< Never, IfAvailable, Always
    bool provideClusterInfo = false;
};

struct ClusterSettings
{
    std::string name;
    std::string server; ///< https://host:port/prefix, without a slash at the end
    std::string tlsServerName;
    std::string authorityFile;
    std::string authorityPem;
    std::string proxyUrl;      ///< may hold a password: never shown
    std::string execExtension; ///< JSON given to plug-ins as spec.cluster.config
    bool insecure = false;
    bool compression = true;
};

struct UserSettings
{
    std::string name;
    std::string origin; ///< the kubeconfig file that holds it
    core::SecretString token;
    std::string tokenFile;
    std::string userName;
    core::SecretString password;
    std::string certificateFile;
    std::string certificatePem;
    std::string keyFile;
    core::SecretString keyPem;
    std::vector<std::pair<std::string, std::string>> impersonation; ///< Impersonate-* headers
    std::optional<ExecPluginSettings> exec;
};

} // namespace binnacle::kube

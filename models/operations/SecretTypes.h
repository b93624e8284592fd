// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "core/SecretString.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace binnacle::operations {

/// @{ Types of Secrets that Kubernetes itself gives a meaning (kubernetes.io/docs/concepts/configuration/secret).
constexpr const char *opaqueType = "Opaque";
constexpr const char *tlsType = "kubernetes.io/tls";
constexpr const char *dockerType = "kubernetes.io/dockerconfigjson";
constexpr const char *basicAuthType = "kubernetes.io/basic-auth";
constexpr const char *sshAuthType = "kubernetes.io/ssh-auth";
/// @}

using SecretContent = std::map<std::string, core::SecretString>;

/// The keys that the type needs.
[[nodiscard]] const std::vector<std::string> &keysOfType(const std::string &type);

/// Whether these keys make sense for the type: what is needed is there, a TLS key fits its certificate, and a registry
/// configuration is one. What the API server does not check is found here, not by the first pod that needs it.
[[nodiscard]] core::Result<void> checkSecretContent(const std::string &type, const SecretContent &content);
/// What may surprise: certificates that end soon or have expired.
[[nodiscard]] std::vector<std::string> secretWarnings(const std::string &type, const SecretContent &content,
                                                      std::chrono::system_clock::time_point now);
/// The decoded keys of a Secret.
[[nodiscard]] SecretContent contentOf(const core::Json &secret);

/// What `.dockerconfigjson` holds for one registry.
[[nodiscard]] core::SecretString dockerConfig(const std::string &server, const std::string &user,
                                              const core::SecretString &password);
/// "registry.example.com as deployer", one line each; empty when it cannot be read.
[[nodiscard]] std::vector<std::string> registriesOf(const core::SecretString &dockerConfig);

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "core/StrongString.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::kube {

class Transport;

/// Where kubeconfigs come from, in kubectl's order: --kubeconfig, else $KUBECONFIG's list, else ~/.kube/config.
struct KubeconfigSources
{
    std::vector<std::string> files;
    /// The files may be missing: ~/.kube/config, and those of KUBECONFIG's list, as with kubectl.
    bool optional = false;
    /// Where a pod finds its service account. Without any kubeconfig, and with KUBERNETES_SERVICE_HOST set, that is the
    /// only context, "in-cluster". Empty: never.
    std::string serviceAccountFolder;
    [[nodiscard]] static KubeconfigSources fromEnvironment(const std::string &explicitFile = {});
};

/// One row of the connection chooser.
struct ContextSummary
{
    core::ContextName name;
    std::string cluster;
    std::string user;
    core::Namespace nameSpace; ///< "default" when the context names none
    std::string server;
    bool current = false;
    bool insecure = false;   ///< TLS verification is off: marked red everywhere
    std::string execCommand; ///< the credential plug-in that this context would run, resolved; empty: none
    std::vector<std::string> execArguments; ///< of execCommand
    std::optional<core::Error> problem;     ///< this context cannot be used, and why; the others still can
};

struct OpenOptions
{
    /// Asked in the transport's thread before a credential plug-in first runs, with its resolved command; none:
    /// allowed. A program with windows asks its user before open(), by ContextSummary::execCommand, and answers from
    /// memory here.
    std::function<bool(const std::string &command)> allowExecPlugin;
    /// Whether a plug-in may talk to the user through our standard input.
    bool interactive = false;
    /// Told in the transport's thread what the server warns of, each text once. It is in the log as well.
    std::function<void(const std::string &warning)> warned;
};

/// The merged view of all kubeconfig files, as kubectl merges them: the first file wins per map key, paths are
/// relative to their file. Never written to.
class Kubeconfig
{
public:
    /// Never fails as a whole: files that cannot be read are in problems(), contexts that cannot be used say why.
    [[nodiscard]] static Kubeconfig load(const KubeconfigSources &sources);
    ~Kubeconfig();
    Kubeconfig(Kubeconfig &&) noexcept;
    Kubeconfig &operator=(Kubeconfig &&) noexcept;

    [[nodiscard]] std::vector<ContextSummary> contexts() const;
    [[nodiscard]] std::vector<core::Error> problems() const;
    [[nodiscard]] core::ContextName currentContext() const;
    /// A transport for a context (empty: the current one). Reads certificates and plans the credential source, but
    /// does not connect. Its threads end with the last reference.
    [[nodiscard]] core::Result<std::shared_ptr<Transport>> open(const core::ContextName &context = {},
                                                                OpenOptions options = {}) const;

private:
    Kubeconfig();
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::kube

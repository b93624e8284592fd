// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Result.h"
#include "kube/ConnectionSettings.h"
#include "kube/Kubeconfig.h"

#include <functional>
#include <memory>

namespace binnacle::kube {

/// What one request authenticates with. Immutable; shared by the requests that use it.
struct Credential
{
    core::SecretString authorization; ///< the Authorization header's value; empty: none
    std::string certificatePem;
    core::SecretString keyPem;
};

using CredentialPointer = std::shared_ptr<const Credential>;

/// Gives credentials, renewing them where their kind allows. Lives in the transport's thread.
class CredentialSource
{
public:
    using Callback = std::function<void(core::Result<CredentialPointer>)>;

    virtual ~CredentialSource() = default;
    /// Calls back once, at once or later. Callers that come while one answer is awaited share it.
    virtual void obtain(Callback callback) = 0;
    /// The server said 401 to this credential. True: obtain() may now give another one, so one more try is worth it.
    [[nodiscard]] virtual bool refused(const CredentialPointer &credential) = 0;
    /// "the token of user \"alice\"": for the message of a 401.
    [[nodiscard]] virtual std::string describe() const = 0;
    /// What helps when describe() is refused.
    [[nodiscard]] virtual std::string advice() const = 0;
};

/// Reads the files that the settings name; a file that cannot be read is an error that names it.
[[nodiscard]] core::Result<std::unique_ptr<CredentialSource>>
makeCredentialSource(std::shared_ptr<const UserSettings> user, std::shared_ptr<const ClusterSettings> cluster,
                     const OpenOptions &options, const core::Clock &clock);

/// Whether requests as this user run its credential plug-in: a token, password or client certificate that is given
/// wins, as in client-go.
[[nodiscard]] bool usesExecPlugin(const UserSettings &user);

/// A file's content, or an error that names it. For certificates and tokens: small files only.
[[nodiscard]] core::Result<std::string> readSmallFile(const std::string &path);

} // namespace binnacle::kube

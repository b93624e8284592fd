// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Credentials.h"

#include "kube/ExecCredentialSource.h"

#include <QByteArray>
#include <QFile>

#include <optional>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

std::string quoted(const std::string &name)
{
    return "\"" + name + "\"";
}

core::SecretString bearer(std::string_view token)
{
    return core::SecretString("Bearer " + std::string(token));
}

/// Token, user name and password, client certificate: given once, never renewed.
class StaticCredentialSource final : public CredentialSource
{
public:
    StaticCredentialSource(CredentialPointer credential, std::string description, std::string origin)
        : m_credential(std::move(credential)), m_description(std::move(description)), m_origin(std::move(origin))
    {
    }

    void obtain(Callback callback) override { callback(m_credential); }
    bool refused(const CredentialPointer &) override { return false; }
    std::string describe() const override { return m_description; }
    std::string advice() const override
    {
        return "it may have expired or been revoked: get a new one into " + m_origin + ", or choose another context";
    }

private:
    CredentialPointer m_credential;
    std::string m_description;
    std::string m_origin;
};

/// A token that something else renews in a file, as the kubelet does with service account tokens.
class TokenFileCredentialSource final : public CredentialSource
{
public:
    TokenFileCredentialSource(std::shared_ptr<const UserSettings> user, CredentialPointer base,
                              const core::Clock &clock)
        : m_user(std::move(user)), m_base(std::move(base)), m_clock(clock)
    {
    }

    void obtain(Callback callback) override
    {
        if (m_current && m_clock.monotonic() < m_readAgain) {
            callback(m_current);
            return;
        }
        callback(read());
    }

    bool refused(const CredentialPointer &credential) override
    {
        m_readAgain = {};
        auto now = read();
        return now && (*now)->authorization.reveal() != credential->authorization.reveal();
    }

    std::string describe() const override
    {
        return "the token in " + m_user->tokenFile + " of user " + quoted(m_user->name);
    }
    std::string advice() const override { return "renew the token in that file, or choose another context"; }

private:
    core::Result<CredentialPointer> read()
    {
        auto text = readSmallFile(m_user->tokenFile);
        if (text) {
            const auto last = text->find_last_not_of(" \t\r\n");
            text->resize(last == std::string::npos ? 0 : last + 1);
        }
        if (!text || text->empty()) {
            // The last successfully read content wins over failing, and so does the token that is given beside the
            // file (clientcmd's AuthInfo.TokenFile).
            if (m_current)
                return m_current;
            if (!m_base->authorization.isEmpty())
                return m_base;
            if (!text)
                return core::fail(text.error());
            return core::fail(ErrorKind::Configuration, "token file " + m_user->tokenFile + " is empty",
                              "write a token into it");
        }
        auto credential = std::make_shared<Credential>();
        credential->authorization = bearer(*text);
        core::wipe(*text);
        credential->certificatePem = m_base->certificatePem;
        credential->keyPem = m_base->keyPem.clone();
        m_current = std::move(credential);
        // client-go's period: a token is rotated long before it expires.
        m_readAgain = m_clock.monotonic() + std::chrono::minutes(1);
        return m_current;
    }

    std::shared_ptr<const UserSettings> m_user;
    CredentialPointer m_base;
    const core::Clock &m_clock;
    CredentialPointer m_current;
    std::chrono::steady_clock::time_point m_readAgain{};
};

core::Result<void> readCertificate(const UserSettings &user, Credential &credential)
{
    // A key without a certificate is of no use, and no harm: kubectl takes no notice of it either.
    if (user.certificatePem.empty() && user.certificateFile.empty())
        return {};
    credential.certificatePem = user.certificatePem;
    credential.keyPem = user.keyPem.clone();
    if (credential.certificatePem.empty() && !user.certificateFile.empty()) {
        auto content = readSmallFile(user.certificateFile);
        if (!content)
            return core::fail(content.error());
        credential.certificatePem = std::move(*content);
    }
    if (credential.keyPem.isEmpty() && !user.keyFile.empty()) {
        auto content = readSmallFile(user.keyFile);
        if (!content)
            return core::fail(content.error());
        credential.keyPem = core::SecretString(*content);
        core::wipe(*content);
    }
    return {};
}

/// A client certificate that something else renews in its files, as kubeadm and cloud tools do.
class CertificateFileCredentialSource final : public CredentialSource
{
public:
    CertificateFileCredentialSource(std::shared_ptr<const UserSettings> user, CredentialPointer credential)
        : m_user(std::move(user)), m_current(std::move(credential))
    {
    }

    void obtain(Callback callback) override { callback(m_current); }

    bool refused(const CredentialPointer &credential) override
    {
        auto fresh = std::make_shared<Credential>();
        if (readCertificate(*m_user, *fresh) && fresh->certificatePem != m_current->certificatePem)
            m_current = std::move(fresh);
        return m_current != credential;
    }

    std::string describe() const override
    {
        return "the client certificate in " + m_user->certificateFile + " of user " + quoted(m_user->name);
    }
    std::string advice() const override
    {
        return "it may have expired: renew the certificate in that file, or choose another context";
    }

private:
    std::shared_ptr<const UserSettings> m_user;
    CredentialPointer m_current;
};

std::string describeStatic(const UserSettings &user, const Credential &credential)
{
    if (!user.token.isEmpty())
        return "the token of user " + quoted(user.name);
    if (!user.userName.empty())
        return "the password of user " + quoted(user.name);
    if (!credential.certificatePem.empty())
        return "the client certificate of user " + quoted(user.name);
    return user.name.empty() ? "no credentials (the context names no user)"
                             : "no credentials (user " + quoted(user.name) + " has none)";
}

} // namespace

bool usesExecPlugin(const UserSettings &user)
{
    const bool certificate = !user.certificatePem.empty() || !user.certificateFile.empty();
    return user.exec && user.token.isEmpty() && user.tokenFile.empty() && user.userName.empty() && !certificate;
}

core::Result<std::string> readSmallFile(const std::string &path)
{
    constexpr qint64 largest = 4 << 20;
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly))
        return core::fail(ErrorKind::Configuration, "cannot read " + path + ": " + file.errorString().toStdString(),
                          "check that the file exists and that you may read it");
    return file.read(largest).toStdString();
}

core::Result<std::unique_ptr<CredentialSource>> makeCredentialSource(std::shared_ptr<const UserSettings> user,
                                                                     std::shared_ptr<const ClusterSettings> cluster,
                                                                     const OpenOptions &options,
                                                                     const core::Clock &clock)
{
    // A plug-in is asked only for what the kubeconfig itself does not give.
    if (usesExecPlugin(*user))
        return makeExecCredentialSource(std::move(user), std::move(cluster), options, clock);
    auto credential = std::make_shared<Credential>();
    if (const auto read = readCertificate(*user, *credential); !read)
        return core::fail(read.error());
    if (!user->token.isEmpty()) {
        credential->authorization = bearer(user->token.reveal());
    } else if (!user->userName.empty()) {
        std::string pair = user->userName + ":" + std::string(user->password.reveal());
        credential->authorization =
            core::SecretString("Basic " + QByteArray::fromStdString(pair).toBase64().toStdString());
        core::wipe(pair);
    }
    if (!user->tokenFile.empty())
        return std::make_unique<TokenFileCredentialSource>(std::move(user), std::move(credential), clock);
    const bool inFiles =
        !user->certificateFile.empty() && user->certificatePem.empty() && credential->authorization.isEmpty();
    if (inFiles)
        return std::make_unique<CertificateFileCredentialSource>(std::move(user), std::move(credential));
    auto description = describeStatic(*user, *credential);
    return std::make_unique<StaticCredentialSource>(std::move(credential), std::move(description), user->origin);
}

} // namespace binnacle::kube

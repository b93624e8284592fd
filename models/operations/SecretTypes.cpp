// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/SecretTypes.h"

#include "core/Clock.h"
#include "operations/Certificates.h"
#include "operations/ConfigData.h"

#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::Json;

const core::SecretString *find(const SecretContent &content, const char *key)
{
    const auto found = content.find(key);
    return found == content.end() ? nullptr : &found->second;
}

Json registries(const core::SecretString &text)
{
    const Json config = Json::parse(text.reveal(), nullptr, false);
    const auto auths = config.is_object() ? config.value("auths", Json()) : Json();
    return auths.is_object() ? auths : Json();
}

} // namespace

const std::vector<std::string> &keysOfType(const std::string &type)
{
    static const std::map<std::string, std::vector<std::string>> keys{{tlsType, {"tls.crt", "tls.key"}},
                                                                      {dockerType, {".dockerconfigjson"}},
                                                                      {basicAuthType, {"username", "password"}},
                                                                      {sshAuthType, {"ssh-privatekey"}}};
    static const std::vector<std::string> none;
    const auto found = keys.find(type);
    return found == keys.end() ? none : found->second;
}

core::Result<void> checkSecretContent(const std::string &type, const SecretContent &content)
{
    // Kubernetes takes basic-auth with either of its two keys.
    const bool either =
        type == basicAuthType && (find(content, "username") != nullptr || find(content, "password") != nullptr);
    for (const auto &key : keysOfType(type)) {
        if (content.count(key) == 0 && !either)
            return core::fail(core::ErrorKind::Invalid, "a Secret of type " + type + " needs the key " + key,
                              "give the key a value");
    }
    if (type == tlsType) {
        if (const auto pair = checkTlsPair(find(content, "tls.crt")->reveal(), find(content, "tls.key")->reveal());
            !pair)
            return core::fail(pair.error());
    }
    if (type == dockerType && registries(*find(content, ".dockerconfigjson")).is_null())
        return core::fail(core::ErrorKind::Invalid, ".dockerconfigjson is no configuration of registries",
                          "it is JSON as in ~/.docker/config.json: {\"auths\": {\"REGISTRY\": {...}}}");
    return {};
}

std::vector<std::string> secretWarnings(const std::string &type, const SecretContent &content,
                                        std::chrono::system_clock::time_point now)
{
    std::vector<std::string> warnings;
    const auto *text = find(content, "tls.crt");
    const auto chain =
        type == tlsType && text != nullptr ? readCertificates(text->reveal()) : std::vector<CertificateInfo>();
    if (!chain)
        return warnings;
    for (const auto &certificate : *chain) {
        const std::string until = core::formatTime(certificate.notAfter);
        switch (validityOf(certificate, now)) {
        case Validity::Expired:
            warnings.push_back("the certificate of " + certificate.subject + " expired on " + until);
            break;
        case Validity::EndsSoon:
            warnings.push_back("the certificate of " + certificate.subject + " expires on " + until +
                               ", in less than 30 days");
            break;
        case Validity::NotYet:
            warnings.push_back("the certificate of " + certificate.subject + " is valid only from " +
                               core::formatTime(certificate.notBefore));
            break;
        case Validity::Fine:
            break;
        }
    }
    return warnings;
}

SecretContent contentOf(const Json &secret)
{
    SecretContent content;
    for (auto &entry : configEntries(secret))
        content.insert_or_assign(entry.key, std::move(entry.value));
    return content;
}

core::SecretString dockerConfig(const std::string &server, const std::string &user, const core::SecretString &password)
{
    std::string login = user + ":" + std::string(password.reveal());
    Json config{
        {"auths", {{server, {{"username", user}, {"password", password.reveal()}, {"auth", toBase64(login)}}}}}};
    core::wipe(login);
    std::string text = config.dump();
    core::SecretString made(text);
    core::wipe(text);
    return made;
}

std::vector<std::string> registriesOf(const core::SecretString &dockerConfig)
{
    std::vector<std::string> lines;
    const Json auths = registries(dockerConfig);
    for (const auto &[server, login] : auths.items()) {
        std::string user = login.is_object() ? login.value("username", "") : "";
        if (user.empty() && login.is_object()) {
            const auto pair = fromBase64(login.value("auth", ""));
            user = std::string(pair.reveal().substr(0, pair.reveal().find(':')));
        }
        lines.push_back(server + (user.empty() ? "" : " as " + user));
    }
    return lines;
}

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ExecCredential.h"

#include "core/Json.h"

#include <QByteArray>

#include <nlohmann/json.hpp>

namespace binnacle::kube {

namespace {

using core::ErrorKind;
using core::Json;

std::string textOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

std::string execInfo(const ExecPluginSettings &exec, const ClusterSettings &cluster, const std::string &authorityPem,
                     bool interactive)
{
    Json info{{"apiVersion", exec.apiVersion}, {"kind", "ExecCredential"}, {"spec", {{"interactive", interactive}}}};
    if (exec.provideClusterInfo) {
        Json about{{"server", cluster.server}};
        if (!cluster.tlsServerName.empty())
            about["tls-server-name"] = cluster.tlsServerName;
        if (cluster.insecure)
            about["insecure-skip-tls-verify"] = true;
        if (!authorityPem.empty())
            about["certificate-authority-data"] = QByteArray::fromStdString(authorityPem).toBase64().toStdString();
        if (!cluster.proxyUrl.empty())
            about["proxy-url"] = cluster.proxyUrl;
        if (!cluster.compression)
            about["disable-compression"] = true;
        if (!cluster.execExtension.empty())
            about["config"] = Json::parse(cluster.execExtension, nullptr, false);
        info["spec"]["cluster"] = std::move(about);
    }
    return info.dump(-1, ' ', false, Json::error_handler_t::replace);
}

core::Result<ExecCredential> parseExecCredential(const std::string &output, const std::string &wantedApiVersion)
{
    const auto object = Json::parse(output, nullptr, false);
    // The output is never quoted: it may hold a token.
    if (!object.is_object() || textOf(object, "kind") != "ExecCredential")
        return core::fail(ErrorKind::Unauthorized, "it printed no ExecCredential object");
    if (textOf(object, "apiVersion") != wantedApiVersion)
        return core::fail(ErrorKind::Unauthorized, "it answered in version " + textOf(object, "apiVersion") +
                                                       ", but the kubeconfig asks for " + wantedApiVersion);
    const auto status = object.find("status");
    if (status == object.end() || !status->is_object())
        return core::fail(ErrorKind::Unauthorized, "its answer has no status");
    auto credential = std::make_shared<Credential>();
    if (auto token = textOf(*status, "token"); !token.empty()) {
        credential->authorization = core::SecretString("Bearer " + token);
        core::wipe(token);
    }
    credential->certificatePem = textOf(*status, "clientCertificateData");
    credential->keyPem = core::SecretString(textOf(*status, "clientKeyData"));
    if (credential->certificatePem.empty() != credential->keyPem.isEmpty())
        return core::fail(ErrorKind::Unauthorized, "it gave a client certificate without its key, or the reverse");
    if (credential->certificatePem.empty() && credential->authorization.isEmpty())
        return core::fail(ErrorKind::Unauthorized, "it gave neither a token nor a client certificate");
    ExecCredential result{std::move(credential), std::nullopt};
    if (const auto expires = textOf(*status, "expirationTimestamp"); !expires.empty()) {
        result.expires = core::parseTime(expires);
        if (!result.expires)
            return core::fail(ErrorKind::Unauthorized, "its expirationTimestamp is no RFC 3339 time: " + expires);
    }
    return result;
}

} // namespace binnacle::kube

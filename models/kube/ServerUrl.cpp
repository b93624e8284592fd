// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ServerUrl.h"

#include <QHostAddress>
#include <QUrl>

namespace binnacle::kube {

namespace {

std::string bracketed(const std::string &host)
{
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

} // namespace

ServerUrl ServerUrl::parse(const std::string &url)
{
    const QUrl parsed(QString::fromStdString(url));
    ServerUrl result;
    result.scheme = parsed.scheme().toStdString();
    result.host = parsed.host(QUrl::FullyEncoded).toStdString();
    result.port = parsed.port(result.scheme == "http" ? 80 : 443);
    result.prefix = parsed.path(QUrl::FullyEncoded).toStdString();
    while (!result.prefix.empty() && result.prefix.back() == '/')
        result.prefix.pop_back();
    return result;
}

std::string ServerUrl::display() const
{
    return scheme + "://" + authority();
}

std::string ServerUrl::authority() const
{
    return bracketed(host) + ":" + std::to_string(port);
}

std::string ServerUrl::urlFor(const std::string &tlsServerName) const
{
    if (connectTo(tlsServerName).empty())
        return display() + prefix;
    return scheme + "://" + bracketed(tlsServerName) + ":" + std::to_string(port) + prefix;
}

std::string ServerUrl::connectTo(const std::string &tlsServerName) const
{
    if (tlsServerName.empty() || tlsServerName == host || scheme != "https")
        return {};
    return bracketed(tlsServerName) + ":" + std::to_string(port) + ":" + authority();
}

bool ServerUrl::isLoopback() const
{
    return host == "localhost" || QHostAddress(QString::fromStdString(host)).isLoopback();
}

} // namespace binnacle::kube

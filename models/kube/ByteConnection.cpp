// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ByteConnection.h"

namespace binnacle::kube {

namespace {

constexpr std::size_t readSize = 256U << 10;

/// As kubectl does: who may create port-forwards and execs may not therefore get them.
HttpRequest asUpgrade(HttpRequest request)
{
    request.method = HttpMethod::Post;
    request.body.clear();
    return request;
}

} // namespace

ByteConnection::ByteConnection(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols,
                               CredentialPointer credential, Hooks hooks, QObject *parent)
    : UpgradedConnection(endpoint, asUpgrade(std::move(request)), std::move(credential),
                         UpgradeHandshake::spdy(protocols), readSize, std::move(hooks), parent),
      m_protocols(std::move(protocols))
{
}

std::string ByteConnection::upgradeHeaders() const
{
    std::string text = "\r\nUpgrade: SPDY/3.1";
    for (const auto &protocol : m_protocols)
        text += "\r\nX-Stream-Protocol-Version: " + protocol;
    return text;
}

void ByteConnection::arrived(std::string_view bytes)
{
    hooks().received(bytes);
}

void ByteConnection::send(std::string bytes)
{
    if (state() == State::Open)
        queue(std::move(bytes));
}

/// The other end closes when it has read our good-bye, which is SpdySession's to say.
void ByteConnection::close()
{
    if (state() == State::Connecting || state() == State::Upgrading)
        end(core::fail(core::ErrorKind::Cancelled, "closed before the stream was open"));
    else
        startClosing();
}

} // namespace binnacle::kube

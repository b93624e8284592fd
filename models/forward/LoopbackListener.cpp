// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/LoopbackListener.h"

#include <QTcpServer>

namespace binnacle::forward {

namespace {

constexpr int mostWaiting = 512; ///< of connections that the system holds until they are accepted
constexpr int lowestFree = 1024; ///< below, most systems ask for more rights

} // namespace

class LoopbackListener::Server final : public QTcpServer
{
public:
    explicit Server(const Accepted &accepted) : m_accepted(accepted) { setListenBacklogSize(mostWaiting); }

protected:
    void incomingConnection(qintptr descriptor) override { m_accepted(std::make_shared<LocalSocket>(descriptor)); }

private:
    const Accepted &m_accepted;
};

LoopbackListener::LoopbackListener(Accepted accepted, QObject *parent)
    : QObject(parent), m_accepted(std::move(accepted))
{
}

LoopbackListener::~LoopbackListener() = default;

core::Result<std::uint16_t> LoopbackListener::listen(std::uint16_t port)
{
    auto server = std::make_unique<Server>(m_accepted);
    if (!server->listen(QHostAddress::LocalHost, port)) {
        const bool mayNot = server->serverError() == QAbstractSocket::SocketAccessError && port < lowestFree;
        auto error =
            core::makeError(core::ErrorKind::Io,
                            "the local port " + std::to_string(port) + " cannot be used: " +
                                (mayNot ? "ports below 1024 need more rights" : server->errorString().toStdString()),
                            "choose another local port, or :REMOTE for a free one");
        return core::fail(std::move(error));
    }
    const auto chosen = server->serverPort();
    m_servers.push_back(std::move(server));
    // Programs that are told "localhost" may try this first. Where it cannot be had, they go on to the other.
    auto second = std::make_unique<Server>(m_accepted);
    if (second->listen(QHostAddress::LocalHostIPv6, chosen))
        m_servers.push_back(std::move(second));
    return chosen;
}

} // namespace binnacle::forward

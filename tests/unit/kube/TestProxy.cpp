// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestProxy.h"

#include <QEventLoop>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QThread>

#include <future>
#include <mutex>

namespace binnacle::kube {

struct TestProxy::State
{
    int serverPort = 0;
    std::optional<TestIdentity> identity;
    std::mutex mutex;
    std::vector<std::string> asked;
    std::promise<int> port;
    int boundPort = 0;

    void note(const QByteArray &what)
    {
        const std::scoped_lock lock(mutex);
        asked.push_back(what.toStdString());
    }
};

namespace {

/// One client's way through the proxy.
class Relay : public QObject
{
public:
    using Note = std::function<void(const QByteArray &)>;

    Relay(QTcpSocket *client, int serverPort, Note note)
        : QObject(client), m_client(client), m_server(this), m_note(std::move(note))
    {
        connect(client, &QTcpSocket::readyRead, this, [this] { read(); });
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        connect(&m_server, &QTcpSocket::readyRead, this, [this] { m_client->write(m_server.readAll()); });
        connect(&m_server, &QTcpSocket::disconnected, this, [this] { m_client->disconnectFromHost(); });
        m_server.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(serverPort));
        read();
    }

    // The server's socket says that it is disconnected while it is destroyed, and the client's is gone by then.
    ~Relay() override { m_server.disconnect(this); }

private:
    void read()
    {
        m_bytes += m_client->readAll();
        if (m_through) {
            m_server.write(std::exchange(m_bytes, {}));
        } else if (m_bytes.startsWith('\x05') || m_greeted) {
            socks();
        } else {
            http();
        }
    }

    void http()
    {
        const auto end = m_bytes.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        QByteArray who;
        const QByteArray field = "Proxy-Authorization: Basic ";
        if (const auto at = m_bytes.indexOf(field); at >= 0)
            who =
                QByteArray::fromBase64(m_bytes.mid(at + field.size(), m_bytes.indexOf('\r', at) - at - field.size())) +
                " ";
        const auto line = m_bytes.left(m_bytes.indexOf("\r\n"));
        m_note(who + line.left(line.lastIndexOf(' ')));
        m_through = true;
        if (line.startsWith("CONNECT ")) {
            m_bytes.remove(0, end + 4);
            m_client->write("HTTP/1.1 200 Connected\r\n\r\n");
        }
        m_server.write(std::exchange(m_bytes, {}));
    }

    /// RFC 1928: greeting, then a request of type "domain name" (3).
    void socks()
    {
        if (!m_greeted) {
            if (m_bytes.size() < 2 || m_bytes.size() < 2 + m_bytes[1])
                return;
            m_bytes.remove(0, 2 + m_bytes[1]);
            m_greeted = true;
            m_client->write(QByteArray("\x05\x00", 2));
        }
        constexpr char byName = 3;
        if (m_bytes.size() < 5 || m_bytes[3] != byName || m_bytes.size() < 7 + m_bytes[4])
            return;
        const auto length = m_bytes[4];
        const int port =
            (static_cast<unsigned char>(m_bytes[5 + length]) << 8U) | static_cast<unsigned char>(m_bytes[6 + length]);
        m_note("SOCKS5 " + m_bytes.mid(5, length) + ":" + QByteArray::number(port));
        m_bytes.remove(0, 7 + length);
        m_through = true;
        m_client->write(QByteArray("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00", 10));
        m_server.write(std::exchange(m_bytes, {}));
    }

    QTcpSocket *m_client;
    QTcpSocket m_server;
    Note m_note;
    QByteArray m_bytes;
    bool m_greeted = false;
    bool m_through = false;
};

std::unique_ptr<QTcpServer> makeServer(const std::optional<TestIdentity> &identity)
{
    if (!identity)
        return std::make_unique<QTcpServer>();
    auto server = std::make_unique<QSslServer>();
    auto configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPrivateKey(QSslKey(QByteArray::fromStdString(identity->keyPem), QSsl::Ec));
    configuration.setLocalCertificate(QSslCertificate(QByteArray::fromStdString(identity->certificatePem)));
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    server->setSslConfiguration(configuration);
    return server;
}

} // namespace

TestProxy::TestProxy(int serverPort, std::optional<TestIdentity> identity) : m_state(std::make_shared<State>())
{
    m_state->serverPort = serverPort;
    m_state->identity = std::move(identity);
    m_thread.reset(QThread::create([state = m_state] {
        const auto server = makeServer(state->identity);
        QObject::connect(server.get(), &QTcpServer::pendingConnectionAvailable, server.get(), [&server, state] {
            while (auto *socket = server->nextPendingConnection())
                new Relay(socket, state->serverPort, [state](const QByteArray &what) { state->note(what); });
        });
        server->listen(QHostAddress::LocalHost);
        state->port.set_value(server->serverPort());
        QEventLoop().exec();
    }));
    m_thread->start();
    m_state->boundPort = m_state->port.get_future().get();
}

TestProxy::~TestProxy()
{
    m_thread->quit();
    m_thread->wait();
}

std::string TestProxy::authority() const
{
    return "127.0.0.1:" + std::to_string(m_state->boundPort);
}

std::vector<std::string> TestProxy::asked() const
{
    const std::scoped_lock lock(m_state->mutex);
    return m_state->asked;
}

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ScriptedServer.h"

#include <QEventLoop>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <future>
#include <mutex>

namespace binnacle::kube {

const std::string ScriptedServer::hangUp = "\r\n[hang up]";
const std::string ScriptedServer::drip = "\r\n[drip]";

struct ScriptedServer::State
{
    Script script;
    std::optional<Tls> tls;
    std::mutex mutex;
    std::vector<std::string> requests;
    std::promise<int> port;
    std::atomic<int> open{0};
    std::atomic<int> ever{0};
    QTcpServer *server = nullptr;
    int number = 0;
    int boundPort = 0;

    [[nodiscard]] std::unique_ptr<QTcpServer> makeServer() const;
    void accept(QTcpSocket *socket);
    void take(QTcpSocket *socket);
};

namespace {

/// Takes the order off the reply's end, where it is.
bool endsIn(const std::string &order, std::string &reply)
{
    if (reply.size() < order.size() || reply.substr(reply.size() - order.size()) != order)
        return false;
    reply.resize(reply.size() - order.size());
    return true;
}

void dripInto(QTcpSocket *socket)
{
    auto *timer = new QTimer(socket);
    QObject::connect(timer, &QTimer::timeout, socket, [socket] { socket->write("x"); });
    timer->start(20);
}

} // namespace

std::unique_ptr<QTcpServer> ScriptedServer::State::makeServer() const
{
    if (!tls)
        return std::make_unique<QTcpServer>();
    auto server = std::make_unique<QSslServer>();
    auto configuration = QSslConfiguration::defaultConfiguration();
    const auto key = QByteArray::fromStdString(tls->identity.keyPem);
    auto parsed = QSslKey(key, QSsl::Ec);
    configuration.setPrivateKey(parsed.isNull() ? QSslKey(key, QSsl::Rsa) : parsed);
    configuration.setLocalCertificate(QSslCertificate(QByteArray::fromStdString(tls->identity.certificatePem)));
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    if (!tls->clientAuthorityPem.empty()) {
        configuration.setCaCertificates({QSslCertificate(QByteArray::fromStdString(tls->clientAuthorityPem))});
        configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    }
    server->setSslConfiguration(configuration);
    return server;
}

void ScriptedServer::State::accept(QTcpSocket *socket)
{
    ++open;
    ++ever;
    QObject::connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
        --open;
        socket->deleteLater();
    });
    QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { take(socket); });
    if (socket->bytesAvailable() > 0)
        take(socket);
}

void ScriptedServer::State::take(QTcpSocket *socket)
{
    auto text = (socket->property("text").toByteArray() + socket->readAll());
    if (!text.isEmpty() && (text[0] < 'A' || text[0] > 'Z')) { // no HTTP method: what servers say to a TLS greeting
        socket->write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        socket->disconnectFromHost();
        return;
    }
    const auto head = text.indexOf("\r\n\r\n");
    qsizetype length = 0;
    if (const auto at = text.toLower().indexOf("content-length:"); at >= 0 && at < head)
        length = text.mid(at + 15, text.indexOf("\r\n", at) - at - 15).trimmed().toLongLong();
    if (head < 0 || text.size() < head + 4 + length) {
        socket->setProperty("text", text);
        return;
    }
    socket->setProperty("text", QByteArray());
    {
        const std::scoped_lock lock(mutex);
        requests.push_back(text.toStdString());
    }
    auto reply = script(number++, text.toStdString());
    if (reply == "close") {
        socket->abort();
        return;
    }
    const bool ends = endsIn(hangUp, reply);
    const bool drips = endsIn(drip, reply);
    socket->write(reply.data(), static_cast<qint64>(reply.size()));
    if (ends)
        socket->disconnectFromHost();
    if (drips)
        dripInto(socket);
}

ScriptedServer::ScriptedServer(Script script, std::optional<Tls> tls) : m_state(std::make_shared<State>())
{
    m_state->script = std::move(script);
    m_state->tls = std::move(tls);
    m_thread.reset(QThread::create([state = m_state] {
        const auto server = state->makeServer();
        QObject::connect(server.get(), &QTcpServer::pendingConnectionAvailable, server.get(), [&server, state] {
            while (auto *socket = server->nextPendingConnection())
                state->accept(socket);
        });
        server->listen(QHostAddress::LocalHost);
        state->server = server.get();
        state->port.set_value(server->serverPort());
        QEventLoop().exec();
        for (auto *socket : server->findChildren<QTcpSocket *>())
            socket->disconnect();
    }));
    m_thread->start();
    m_state->boundPort = m_state->port.get_future().get();
}

ScriptedServer::~ScriptedServer()
{
    m_thread->quit();
    m_thread->wait();
}

std::string ScriptedServer::url() const
{
    return (m_state->tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(m_state->boundPort);
}

int ScriptedServer::port() const
{
    return m_state->boundPort;
}

std::vector<std::string> ScriptedServer::requests() const
{
    const std::scoped_lock lock(m_state->mutex);
    return m_state->requests;
}

int ScriptedServer::connections() const
{
    return m_state->open;
}

int ScriptedServer::connectionsEver() const
{
    return m_state->ever;
}

bool ScriptedServer::waitForConnections(int count) const
{
    constexpr int mostTurns = 1000;
    for (int turn = 0; turn < mostTurns && m_state->open != count; ++turn)
        QThread::msleep(5);
    return m_state->open == count;
}

void ScriptedServer::closeConnections()
{
    QMetaObject::invokeMethod(
        m_state->server,
        [state = m_state] {
            for (auto *socket : state->server->findChildren<QTcpSocket *>())
                socket->disconnectFromHost();
        },
        Qt::BlockingQueuedConnection);
}

std::string ScriptedServer::answer(int status, const std::string &body, const std::string &headers)
{
    return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           headers + "\r\n" + body;
}

std::string ScriptedServer::endless(const std::string &firstBytes)
{
    return "HTTP/1.1 200 x\r\nContent-Length: 1000000\r\n\r\n" + firstBytes;
}

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ScriptedServer.h"

#include <QEventLoop>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

#include <future>
#include <mutex>

namespace binnacle::kube {

struct ScriptedServer::State
{
    Script script;
    std::mutex mutex;
    std::vector<std::string> requests;
    std::promise<int> port;
    int number = 0;
    int boundPort = 0;

    void take(QTcpSocket *socket);
};

void ScriptedServer::State::take(QTcpSocket *socket)
{
    auto text = (socket->property("text").toByteArray() + socket->readAll());
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
    const auto reply = script(number++, text.toStdString());
    if (reply == "close")
        socket->abort();
    else
        socket->write(reply.data(), static_cast<qint64>(reply.size()));
}

ScriptedServer::ScriptedServer(Script script) : m_state(std::make_shared<State>())
{
    m_state->script = std::move(script);
    m_thread.reset(QThread::create([state = m_state] {
        QTcpServer server;
        QObject::connect(&server, &QTcpServer::newConnection, &server, [&server, state] {
            auto *socket = server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [state, socket] { state->take(socket); });
        });
        server.listen(QHostAddress::LocalHost);
        state->port.set_value(server.serverPort());
        QEventLoop().exec();
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
    return "http://127.0.0.1:" + std::to_string(m_state->boundPort);
}

std::vector<std::string> ScriptedServer::requests() const
{
    const std::scoped_lock lock(m_state->mutex);
    return m_state->requests;
}

std::string ScriptedServer::answer(int status, const std::string &body, const std::string &headers)
{
    return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           headers + "\r\n" + body;
}

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/CurlMulti.h"

#include <QSocketNotifier>

#include <algorithm>
#include <utility>
#include <vector>

namespace binnacle::kube {

struct CurlMulti::SocketWatch
{
    std::unique_ptr<QSocketNotifier> read;
    std::unique_ptr<QSocketNotifier> write;

    ~SocketWatch()
    {
        // Disabled now, deleted later: this may run inside a slot of the very notifier.
        for (auto *notifier : {&read, &write}) {
            if (*notifier) {
                (*notifier)->setEnabled(false);
                notifier->release()->deleteLater();
            }
        }
    }
};

CurlMulti::CurlMulti(long maxConnectionsPerHost, QObject *parent)
    : QObject(parent), m_multi(curl_multi_init()), m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { act(CURL_SOCKET_TIMEOUT, 0); });
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &CurlMulti::socketChanged);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &CurlMulti::timerChanged);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    // The server says how many streams a connection may carry; libcurl's own limit of 100 would open more connections.
    curl_multi_setopt(m_multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 10'000L);
    curl_multi_setopt(m_multi, CURLMOPT_MAX_HOST_CONNECTIONS, maxConnectionsPerHost);
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, maxConnectionsPerHost);
}

CurlMulti::~CurlMulti()
{
    for (const auto &[easy, done] : m_running)
        curl_multi_remove_handle(m_multi, easy);
    for (CURL *easy : m_connections)
        curl_multi_remove_handle(m_multi, easy);
    curl_multi_cleanup(m_multi);
}

void CurlMulti::add(CURL *easy, Done done)
{
    m_running.emplace(easy, std::move(done));
    curl_multi_add_handle(m_multi, easy);
}

void CurlMulti::addConnection(CURL *easy, Done done)
{
    m_connections.insert(easy);
    add(easy, std::move(done));
}

void CurlMulti::remove(CURL *easy)
{
    const bool running = m_running.erase(easy) != 0;
    const bool connected = m_connections.erase(easy) != 0;
    if (running || connected)
        curl_multi_remove_handle(m_multi, easy);
}

int CurlMulti::socketChanged(CURL *, curl_socket_t socket, int what, void *self, void *)
{
    static_cast<CurlMulti *>(self)->watch(socket, what);
    return 0;
}

int CurlMulti::timerChanged(CURLM *, long milliseconds, void *self)
{
    auto &timer = static_cast<CurlMulti *>(self)->m_timer;
    if (milliseconds < 0)
        timer.stop();
    else
        timer.start(static_cast<int>(std::min(milliseconds, 86'400'000L)));
    return 0;
}

void CurlMulti::watch(curl_socket_t socket, int what)
{
    if (what == CURL_POLL_REMOVE) {
        m_sockets.erase(socket);
        return;
    }
    auto &entry = m_sockets[socket];
    if (!entry)
        entry = std::make_unique<SocketWatch>();
    const auto arm = [this, socket](std::unique_ptr<QSocketNotifier> &notifier, bool wanted, QSocketNotifier::Type type,
                                    int event) {
        if (!notifier && wanted) {
            notifier = std::make_unique<QSocketNotifier>(static_cast<qintptr>(socket), type);
            connect(notifier.get(), &QSocketNotifier::activated, this, [this, socket, event] { act(socket, event); });
        }
        if (notifier)
            notifier->setEnabled(wanted);
    };
    arm(entry->read, what == CURL_POLL_IN || what == CURL_POLL_INOUT, QSocketNotifier::Read, CURL_CSELECT_IN);
    arm(entry->write, what == CURL_POLL_OUT || what == CURL_POLL_INOUT, QSocketNotifier::Write, CURL_CSELECT_OUT);
}

void CurlMulti::act(curl_socket_t socket, int events)
{
    int running = 0;
    curl_multi_socket_action(m_multi, socket, events, &running);
    deliver();
}

void CurlMulti::deliver()
{
    std::vector<std::pair<Done, CURLcode>> finished;
    int left = 0;
    while (const CURLMsg *message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *const easy = message->easy_handle;
        const CURLcode code = message->data.result; // the message dies with the handle's removal
        auto node = m_running.extract(easy);
        if (code != CURLE_OK || m_connections.count(easy) == 0) {
            m_connections.erase(easy);
            curl_multi_remove_handle(m_multi, easy);
        }
        if (!node.empty())
            finished.emplace_back(std::move(node.mapped()), code);
    }
    for (const auto &[done, code] : finished)
        done(code);
}

} // namespace binnacle::kube

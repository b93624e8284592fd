// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <curl/curl.h>
#include <functional>
#include <map>
#include <memory>
#include <set>

class QSocketNotifier;

namespace binnacle::kube {

/// One CURLM driven by the event loop of the thread that it lives in. libcurl is never called from its own callbacks:
/// they only arm notifiers and the timer.
class CurlMulti : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(CURLcode)>;

    explicit CurlMulti(long maxConnectionsPerHost, QObject *parent = nullptr);
    ~CurlMulti() override;

    /// `done` is called once from the event loop, with the handle already removed; not after remove().
    void add(CURL *easy, Done done);
    /// For CURLOPT_CONNECT_ONLY: after `done` the handle keeps its connection until remove().
    void addConnection(CURL *easy, Done done);
    void remove(CURL *easy);

private:
    struct SocketWatch;

    static int socketChanged(CURL *easy, curl_socket_t socket, int what, void *self, void *socketData);
    static int timerChanged(CURLM *multi, long milliseconds, void *self);
    void watch(curl_socket_t socket, int what);
    void act(curl_socket_t socket, int events);
    void deliver();

    CURLM *m_multi;
    QTimer m_timer;
    std::map<curl_socket_t, std::unique_ptr<SocketWatch>> m_sockets;
    std::map<CURL *, Done> m_running;
    std::set<CURL *> m_connections; ///< handles that stay when they are done
};

} // namespace binnacle::kube

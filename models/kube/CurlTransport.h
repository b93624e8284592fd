// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "kube/Credentials.h"
#include "kube/CurlTransfer.h"
#include "kube/StreamTransport.h"
#include "kube/Transport.h"

#include <mutex>

class QThread;

namespace binnacle::kube {

class StreamWorker;
class TransportWorker;
class WorkerMailbox;

/// Transport on libcurl's multi interface, driven by the event loop of a thread of its own. Short calls and streams
/// have separate connections.
class CurlTransport final : public Transport, public StreamTransport
{
public:
    /// `source` is used in the transport's thread only, and dies there.
    CurlTransport(Endpoint endpoint, std::unique_ptr<CredentialSource> source);
    /// What is still under way finishes as Cancelled. May run in the transport's own thread.
    ~CurlTransport() override;
    CurlTransport(const CurlTransport &) = delete;
    CurlTransport &operator=(const CurlTransport &) = delete;

    [[nodiscard]] QFuture<core::Result<HttpResponse>> send(HttpRequest request, core::CancellationToken token) override;
    void stream(HttpRequest request, std::shared_ptr<StreamConsumer> consumer, core::CancellationToken token) override;
    void open(HttpRequest request, StreamOffer offer, std::shared_ptr<StreamListener> listener,
              core::CancellationToken token) override;
    [[nodiscard]] StreamTransport *streams() override { return this; }
    [[nodiscard]] std::string server() const override { return m_server; }

private:
    [[nodiscard]] StreamWorker *streamWorker();

    Endpoint m_endpoint;
    std::string m_server;
    std::shared_ptr<WorkerMailbox> m_mailbox;
    TransportWorker *m_worker = nullptr; ///< used in its own thread only
    std::unique_ptr<QThread> m_thread;
    std::mutex m_streamMutex; ///< guards what follows: the stream thread starts with the first stream
    std::shared_ptr<WorkerMailbox> m_streamMailbox;
    StreamWorker *m_streamWorker = nullptr; ///< used in its own thread only
    std::unique_ptr<QThread> m_streamThread;
};

} // namespace binnacle::kube

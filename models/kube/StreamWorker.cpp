// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/StreamWorker.h"

#include "kube/ByteConnection.h"
#include "kube/WebSocket.h"

#include <atomic>

namespace binnacle::kube {

struct StreamWorker::Stream
{
    Request request;
    std::shared_ptr<void> cancellation; ///< takes the callback back when the stream ends
    std::unique_ptr<UpgradedConnection> connection;
    std::shared_ptr<Handle> handle;
    CredentialPointer credential;
    bool renewed = false; ///< a 401 has already led to another credential
};

/// What a listener holds of its stream: posts to the stream thread as long as the stream lives.
class StreamWorker::Handle final : public MessageStream
{
public:
    Handle(std::weak_ptr<Stream> stream, std::shared_ptr<WorkerMailbox> mailbox)
        : m_stream(std::move(stream)), m_mailbox(std::move(mailbox))
    {
    }

    void send(std::string message) override
    {
        m_waiting += message.size();
        post([message = std::move(message), this](UpgradedConnection &connection) mutable {
            m_waiting -= message.size();
            connection.send(std::move(message));
            m_queued = connection.queuedBytes();
        });
    }
    std::size_t queuedBytes() const override { return m_waiting + m_queued; }
    void setReading(bool reading) override
    {
        // At once where it can be: a megabyte more would be read until a posted word were heard.
        m_mailbox->run([weak = m_stream, reading] {
            if (const auto stream = weak.lock(); stream && stream->connection)
                stream->connection->setReading(reading);
        });
    }
    void close() override
    {
        post([](UpgradedConnection &connection) { connection.close(); });
    }
    void drained() { m_queued = 0; }

private:
    template <typename Use>
    void post(Use use)
    {
        m_mailbox->post([weak = m_stream, use = std::move(use)]() mutable {
            if (const auto stream = weak.lock(); stream && stream->connection)
                use(*stream->connection);
        });
    }

    std::weak_ptr<Stream> m_stream;
    std::shared_ptr<WorkerMailbox> m_mailbox;
    std::atomic<std::size_t> m_waiting{0};
    std::atomic<std::size_t> m_queued{0};
};

StreamWorker::StreamWorker(Endpoint endpoint, ObtainCredential obtain, RefuseCredential refuse,
                           std::shared_ptr<WorkerMailbox> mailbox)
    : m_endpoint(std::move(endpoint)),
      m_obtain(std::move(obtain)),
      m_refuse(std::move(refuse)),
      m_mailbox(std::move(mailbox))
{
    m_mailbox->open(this);
}

StreamWorker::~StreamWorker()
{
    m_mailbox->close();
    const auto streams = std::move(m_streams);
    m_streams.clear();
    for (const auto &[key, stream] : streams)
        finish(stream, core::fail(core::ErrorKind::Cancelled, "the connection was closed"));
}

void StreamWorker::open(Request request)
{
    auto stream = std::make_shared<Stream>();
    stream->request = std::move(request);
    stream->handle = std::make_shared<Handle>(stream, m_mailbox);
    m_streams.emplace(stream.get(), stream);
    stream->cancellation = stream->request.token.onCancelled([this, weak = std::weak_ptr(stream), mailbox = m_mailbox] {
        mailbox->post([this, weak] {
            if (const auto alive = weak.lock())
                finish(alive, core::fail(core::ErrorKind::Cancelled, "cancelled"));
        });
    });
    authenticate(stream);
}

void StreamWorker::authenticate(const std::shared_ptr<Stream> &stream)
{
    m_obtain([this, weak = std::weak_ptr(stream), mailbox = m_mailbox](core::Result<CredentialPointer> credential) {
        mailbox->post([this, weak, credential = std::move(credential)] {
            const auto alive = weak.lock();
            if (!alive || m_streams.count(alive.get()) == 0)
                return;
            if (credential)
                connectTo(alive, *credential);
            else
                finish(alive, core::fail(credential.error()));
        });
    });
}

void StreamWorker::connectTo(const std::shared_ptr<Stream> &stream, const CredentialPointer &credential)
{
    stream->credential = credential;
    const std::weak_ptr<Stream> weak = stream;
    const auto listener = stream->request.listener;
    UpgradedConnection::Hooks hooks;
    hooks.opened = [listener, handle = stream->handle](const std::string &protocol) {
        listener->opened(handle, protocol);
    };
    hooks.received = [listener](std::string_view message) { listener->received(message); };
    hooks.drained = [listener, handle = stream->handle] {
        handle->drained();
        listener->drained();
    };
    hooks.ended = [this, weak](UpgradedConnection::End end) {
        if (const auto alive = weak.lock())
            ended(alive, std::move(end));
    };
    const auto &http = stream->request.http;
    const auto &offer = stream->request.offer;
    if (offer.upgrade == StreamUpgrade::Spdy)
        stream->connection =
            std::make_unique<ByteConnection>(m_endpoint, http, offer.protocols, credential, std::move(hooks), this);
    else
        stream->connection =
            std::make_unique<WebSocket>(m_endpoint, http, offer.protocols, credential, std::move(hooks), this);
}

void StreamWorker::ended(const std::shared_ptr<Stream> &stream, UpgradedConnection::End end)
{
    if (!end.unauthorized || stream->renewed) {
        finish(stream, std::move(end.result));
        return;
    }
    stream->renewed = true;
    discard(*stream);
    m_refuse(stream->credential,
             [this, weak = std::weak_ptr(stream), result = std::move(end.result), mailbox = m_mailbox](bool another) {
                 mailbox->post([this, weak, result, another] {
                     const auto alive = weak.lock();
                     if (!alive || m_streams.count(alive.get()) == 0)
                         return;
                     if (another)
                         authenticate(alive);
                     else
                         finish(alive, result);
                 });
             });
}

/// Later: this may run inside one of the connection's hooks.
void StreamWorker::discard(Stream &stream)
{
    if (!stream.connection)
        return;
    stream.connection->abandon();
    stream.connection.release()->deleteLater();
}

void StreamWorker::finish(const std::shared_ptr<Stream> &stream, core::Result<void> result)
{
    const auto kept = stream; // the map may hold the last reference
    m_streams.erase(kept.get());
    kept->cancellation.reset();
    discard(*kept);
    if (const auto listener = std::move(kept->request.listener))
        listener->closed(std::move(result));
}

} // namespace binnacle::kube

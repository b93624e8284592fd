// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/StreamTransport.h"
#include "kube/TransportWorker.h"
#include "kube/UpgradedConnection.h"

#include <unordered_map>

namespace binnacle::kube {

/// Lives in the stream thread and carries a cluster's streams. Credentials come from the transport's own thread.
class StreamWorker : public QObject
{
    Q_OBJECT

public:
    using ObtainCredential = std::function<void(CredentialSource::Callback)>;
    /// Tells the credential's owner that it was refused; the answer: whether another one may be had.
    using RefuseCredential = std::function<void(CredentialPointer, std::function<void(bool)>)>;

    struct Request
    {
        HttpRequest http;
        StreamOffer offer;
        std::shared_ptr<StreamListener> listener;
        core::CancellationToken token;
    };

    StreamWorker(Endpoint endpoint, ObtainCredential obtain, RefuseCredential refuse,
                 std::shared_ptr<WorkerMailbox> mailbox);
    ~StreamWorker() override;

    void open(Request request);

private:
    class Handle;
    struct Stream;

    void authenticate(const std::shared_ptr<Stream> &stream);
    void connectTo(const std::shared_ptr<Stream> &stream, const CredentialPointer &credential);
    void ended(const std::shared_ptr<Stream> &stream, UpgradedConnection::End end);
    static void discard(Stream &stream);
    void finish(const std::shared_ptr<Stream> &stream, core::Result<void> result);

    Endpoint m_endpoint;
    ObtainCredential m_obtain;
    RefuseCredential m_refuse;
    std::shared_ptr<WorkerMailbox> m_mailbox;
    std::unordered_map<Stream *, std::shared_ptr<Stream>> m_streams;
};

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/StreamTransport.h"

#include <atomic>

namespace binnacle::kube {

/// Whether a request leaves the cluster as it is: reads, dry runs, and questions about one's own permissions. A shell
/// in a container (exec, attach) may change anything.
[[nodiscard]] bool changesNothing(const HttpRequest &request);

/// For a context that is marked read-only: refuses what would change the cluster, whoever asks. Screens disable such
/// actions and say why; this holds even where one was forgotten.
class ReadOnlyTransport final : public Transport, public StreamTransport
{
public:
    /// `context` is for messages.
    ReadOnlyTransport(std::shared_ptr<Transport> inner, std::string context);

    void setReadOnly(bool on) { m_readOnly = on; }
    [[nodiscard]] bool isReadOnly() const { return m_readOnly; }

    [[nodiscard]] QFuture<core::Result<HttpResponse>> send(HttpRequest request,
                                                           core::CancellationToken token = {}) override;
    void stream(HttpRequest request, std::shared_ptr<StreamConsumer> consumer,
                core::CancellationToken token = {}) override;
    [[nodiscard]] StreamTransport *streams() override { return m_inner->streams() == nullptr ? nullptr : this; }
    void open(HttpRequest request, StreamOffer offer, std::shared_ptr<StreamListener> listener,
              core::CancellationToken token = {}) override;
    [[nodiscard]] std::string server() const override { return m_inner->server(); }

private:
    [[nodiscard]] core::Error refusal(const HttpRequest &request) const;

    const std::shared_ptr<Transport> m_inner;
    const std::string m_context;
    std::atomic<bool> m_readOnly = false;
};

} // namespace binnacle::kube

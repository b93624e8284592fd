// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/StreamTransport.h"
#include "kube/Transport.h"

namespace binnacle::tests {

/// Hands everything on to the cluster behind it; what a test needs otherwise it overrides.
class PassingTransport : public kube::Transport
{
public:
    explicit PassingTransport(std::shared_ptr<kube::Transport> cluster) : m_behind(std::move(cluster)) {}

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken token) override
    {
        return m_behind->send(std::move(request), std::move(token));
    }
    void stream(kube::HttpRequest request, std::shared_ptr<kube::StreamConsumer> consumer,
                core::CancellationToken token) override
    {
        m_behind->stream(std::move(request), std::move(consumer), std::move(token));
    }
    [[nodiscard]] kube::StreamTransport *streams() override { return m_behind->streams(); }
    [[nodiscard]] std::string server() const override { return m_behind->server(); }

protected:
    const std::shared_ptr<kube::Transport> m_behind;
};

} // namespace binnacle::tests

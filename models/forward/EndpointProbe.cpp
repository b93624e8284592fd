// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/EndpointProbe.h"

#include "core/Futures.h"

#include <QPromise>
#include <QThread>
#include <QTimer>

namespace binnacle::forward {

namespace {

using namespace std::chrono_literals;

/// Refusals come within milliseconds of the tunnel's opening; a busy node may take longer.
constexpr auto refusalTime = 300ms;

class ProbeListener final : public kube::PortTunnelListener
{
public:
    explicit ProbeListener(QPromise<core::Result<void>> promise) : m_promise(std::move(promise)) { m_promise.start(); }

    void opened(const std::shared_ptr<kube::PortTunnel> &tunnel) override
    {
        m_tunnel = tunnel;
        m_timer = std::make_unique<QTimer>();
        m_timer->setSingleShot(true);
        QObject::connect(m_timer.get(), &QTimer::timeout, m_timer.get(), [this] { pass(); });
        m_timer->start(refusalTime);
    }
    void received(std::string_view) override { pass(); }
    void drained() override {}
    void closed(core::Result<void> result) override
    {
        m_timer.reset();
        // Whatever ends the connection without a word has at least accepted it.
        finish(std::move(result));
    }

private:
    void pass()
    {
        finish({});
        m_tunnel->close();
    }
    void finish(core::Result<void> result)
    {
        if (!std::exchange(m_finished, true))
            core::finish(m_promise, std::move(result));
    }

    QPromise<core::Result<void>> m_promise;
    std::shared_ptr<kube::PortTunnel> m_tunnel;
    std::unique_ptr<QTimer> m_timer; ///< of the stream thread
    bool m_finished = false;
};

} // namespace

QFuture<core::Result<void>> probeEndpoint(const std::function<void(std::shared_ptr<kube::PortTunnelListener>)> &open)
{
    QPromise<core::Result<void>> promise;
    auto future = promise.future();
    open(std::make_shared<ProbeListener>(std::move(promise)));
    return future;
}

} // namespace binnacle::forward

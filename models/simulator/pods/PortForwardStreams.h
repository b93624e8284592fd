// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Http.h"
#include "simulator/pods/PodServer.h"
#include "simulator/pods/PortForwardSession.h"

#include <map>

namespace binnacle::simulator {

/// Connections to ports of a pod over SPDY (portforward.k8s.io): each has a stream for data and one for what went
/// wrong, which are told to belong together by the client's number.
class PortForwardStreams final : public StreamHandler,
                                 public PodConnection,
                                 public std::enable_shared_from_this<PortForwardStreams>
{
public:
    PortForwardStreams(ClusterState &state, std::shared_ptr<const core::Json> pod);

    void opened(std::shared_ptr<StreamSocket> socket) override;
    [[nodiscard]] bool streamOpened(std::uint32_t stream, const Headers &headers) override;
    void received(std::uint32_t stream, std::string_view bytes) override;
    void ended(std::uint32_t stream) override;
    void closed() override;
    void podEnded() override;

private:
    struct Pair
    {
        int port = 0;
        std::uint32_t data = 0;
        std::uint32_t errors = 0;
        std::unique_ptr<PodServer> server;
    };

    void connect(const std::string &request);
    void end(const std::string &request);

    ClusterState &m_state;
    std::shared_ptr<const core::Json> m_pod;
    std::map<std::string, Pair> m_pairs;
    std::shared_ptr<StreamSocket> m_socket;
    bool m_podEnded = false;
};

} // namespace binnacle::simulator

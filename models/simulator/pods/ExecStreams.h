// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/pods/ExecSession.h"

#include <map>

namespace binnacle::simulator {

/// One command in a container over SPDY: its streams are what channels are to an ExecSession. The command begins when
/// all streams are there.
class ExecStreams final : public StreamHandler, public MessageSocket, public std::enable_shared_from_this<ExecStreams>
{
public:
    ExecStreams(std::shared_ptr<ExecSession> session, const ExecRequest &request);

    void opened(std::shared_ptr<StreamSocket> socket) override;
    [[nodiscard]] bool streamOpened(std::uint32_t stream, const Headers &headers) override;
    void received(std::uint32_t stream, std::string_view bytes) override;
    void ended(std::uint32_t stream) override;
    void closed() override;

    void send(std::string message) override;
    void close() override;
    void post(std::function<void()> task) override;

private:
    std::shared_ptr<ExecSession> m_session;
    std::shared_ptr<StreamSocket> m_socket;
    std::map<char, std::uint32_t> m_streams; ///< by channel
    std::size_t m_expected;
};

} // namespace binnacle::simulator

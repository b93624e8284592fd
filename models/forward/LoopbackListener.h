// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "forward/LocalSocket.h"

#include <QObject>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

class QTcpServer;

namespace binnacle::forward {

/// A port of this computer that only this computer reaches: 127.0.0.1 and, where there is IPv6, ::1.
class LoopbackListener : public QObject
{
    Q_OBJECT

public:
    using Accepted = std::function<void(std::shared_ptr<LocalSocket>)>;

    explicit LoopbackListener(Accepted accepted, QObject *parent = nullptr);
    ~LoopbackListener() override;

    /// 0: a free port. The answer is the port.
    [[nodiscard]] core::Result<std::uint16_t> listen(std::uint16_t port);

private:
    class Server;

    Accepted m_accepted;
    std::vector<std::unique_ptr<QTcpServer>> m_servers;
};

} // namespace binnacle::forward

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <QFuture>
#include <QString>

#include <memory>
#include <utility>
#include <vector>

namespace binnacle::kube {
class Transport;
}
namespace binnacle::simulator {
class Simulator;
}

namespace binnacle::gui {

/// The built-in cluster inside this process: a real HTTP server on the loopback interface, so that everything above the
/// transport is the same as on a real cluster.
class DemoCluster
{
public:
    DemoCluster();
    ~DemoCluster();

    /// Ids and titles for the connection chooser.
    [[nodiscard]] static std::vector<std::pair<QString, QString>> scenarios();
    /// Ends the running one and starts this scenario, in the background.
    [[nodiscard]] QFuture<core::Result<std::shared_ptr<kube::Transport>>> start(const QString &scenario);

private:
    struct Running;
    std::shared_ptr<Running> m_running;
};

} // namespace binnacle::gui

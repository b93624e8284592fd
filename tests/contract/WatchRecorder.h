// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Json.h"
#include "kube/Transport.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace binnacle::contract {

/// Writes down what a watch says, bookmarks left out. Ends the watch when it dies.
class WatchRecorder
{
public:
    [[nodiscard]] static std::unique_ptr<WatchRecorder> start(kube::Transport &transport, kube::HttpRequest request);
    ~WatchRecorder();

    [[nodiscard]] std::vector<std::string> types() const;
    [[nodiscard]] core::Json event(std::size_t index) const;
    /// By its HTTP status, or by an ERROR event.
    [[nodiscard]] bool isRefused() const;
    [[nodiscard]] int statusCode() const;
    [[nodiscard]] std::string describe() const;

private:
    class Consumer;
    WatchRecorder();

    std::shared_ptr<Consumer> m_consumer;
    core::CancellationSource m_stop;
};

} // namespace binnacle::contract

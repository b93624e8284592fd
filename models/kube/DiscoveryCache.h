// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Discovery.h"
#include "kube/Transport.h"

#include <chrono>
#include <memory>

namespace binnacle::kube {

/// What the server serves, asked once for all calls of a client. Single flight: who asks while a request is under way
/// waits for its answer, each with a future of their own (see core/Futures.h). A failure is not kept. Thread-safe.
class DiscoveryCache
{
public:
    using Answer = core::Result<std::shared_ptr<const Discovery>>;

    explicit DiscoveryCache(std::shared_ptr<Transport> transport);

    [[nodiscard]] QFuture<Answer> get() { return ask(false); }
    /// Asks again, also when there is an answer already.
    [[nodiscard]] QFuture<Answer> refresh() { return ask(true); }
    /// The time since the server was asked last.
    [[nodiscard]] std::chrono::steady_clock::duration age() const;

private:
    [[nodiscard]] QFuture<Answer> ask(bool again);

    struct State;
    std::shared_ptr<Transport> m_transport;
    std::shared_ptr<State> m_state; ///< outlives this while a request is under way
};

} // namespace binnacle::kube

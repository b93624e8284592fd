// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>

namespace binnacle::forward {

/// What has passed through a forward. Written in the stream thread, read anywhere.
struct ForwardCounters
{
    std::atomic<std::int64_t> connections{0}; ///< open now
    std::atomic<std::int64_t> accepted{0};    ///< since the start
    std::atomic<std::int64_t> sent{0};        ///< bytes to the pod
    std::atomic<std::int64_t> received{0};    ///< bytes from the pod
};

} // namespace binnacle::forward

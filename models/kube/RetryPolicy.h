// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "core/Random.h"
#include "kube/Transport.h"

#include <chrono>
#include <optional>

namespace binnacle::kube {

/// How far a failed attempt got.
enum class Reached {
    NotSent,  ///< no connection: the server cannot have seen the request
    Unknown,  ///< the connection broke after sending began
    Answered, ///< there was an HTTP answer
};

struct FailedAttempt
{
    int number = 1; ///< the first attempt is 1
    HttpMethod method = HttpMethod::Get;
    Reached reached = Reached::Unknown;
    core::Error error;
};

/// How long to wait before trying again, or nothing when trying again is useless or not safe. Safe are reads, what the
/// server cannot have seen, and what it declined by 429 or 503 with Retry-After. Full jitter (exponential back-off).
[[nodiscard]] std::optional<std::chrono::milliseconds> retryDelay(const FailedAttempt &attempt, core::Random &random);

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RetryPolicy.h"

#include <algorithm>

namespace binnacle::kube {

namespace {

using std::chrono::milliseconds;

constexpr int mostAttempts = 3;         ///< of a network failure: an operator wants to know soon
constexpr int mostDeclinedAttempts = 6; ///< of a server that asks to come back later
constexpr milliseconds firstDelay{200};
constexpr milliseconds longestDelay{5'000};

milliseconds jittered(int attempt, core::Random &random)
{
    const auto ceiling = std::min(longestDelay, firstDelay * (1 << std::min(attempt - 1, 10)));
    return milliseconds(random.below(static_cast<std::uint64_t>(ceiling.count())) + 1);
}

/// An eviction that a PodDisruptionBudget holds up is answered by 429, but waiting a second does not change that.
bool heldByDisruptionBudget(const core::Error &error)
{
    return std::any_of(error.causes.begin(), error.causes.end(),
                       [](const auto &cause) { return cause.reason == "DisruptionBudget"; });
}

} // namespace

std::optional<milliseconds> retryDelay(const FailedAttempt &attempt, core::Random &random)
{
    const auto &error = attempt.error;
    const bool read = attempt.method == HttpMethod::Get;
    if (attempt.reached == Reached::Answered) {
        const bool declined = error.httpStatus == 429 || error.httpStatus == 503;
        if (declined && error.retryAfter && !heldByDisruptionBudget(error) && attempt.number < mostDeclinedAttempts)
            // Spread the crowd that got the same answer.
            return *error.retryAfter + milliseconds(random.below(250));
        // 500 with a time to come back is what etcd's change of leader looks like (reason ServerTimeout).
        const bool passing = declined || error.httpStatus == 502 || error.httpStatus == 504 ||
                             (error.httpStatus == 500 && error.retryAfter);
        if (read && passing && attempt.number < mostAttempts)
            return std::max(error.retryAfter.value_or(milliseconds{0}), jittered(attempt.number, random));
        return std::nullopt;
    }
    if (error.kind != core::ErrorKind::Unreachable || attempt.number >= mostAttempts)
        return std::nullopt;
    if (read || attempt.reached == Reached::NotSent)
        return jittered(attempt.number, random);
    return std::nullopt;
}

} // namespace binnacle::kube

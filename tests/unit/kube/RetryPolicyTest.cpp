// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RetryPolicy.h"

#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;

FailedAttempt answered(HttpMethod method, int status, std::optional<int> retryAfterSeconds, int number = 1)
{
    FailedAttempt attempt{number, method, Reached::Answered, {}};
    attempt.error.httpStatus = status;
    if (retryAfterSeconds)
        attempt.error.retryAfter = std::chrono::seconds(*retryAfterSeconds);
    return attempt;
}

FailedAttempt broken(HttpMethod method, Reached reached, ErrorKind kind = ErrorKind::Unreachable, int number = 1)
{
    return {number, method, reached, core::makeError(kind, "broken")};
}

TEST(RetryPolicy, RetriesOnlyWhatIsSafe)
{
    struct Case
    {
        const char *what;
        FailedAttempt attempt;
        bool retried;
    };
    const Case cases[] = {
        {"a read that the network broke", broken(HttpMethod::Get, Reached::Unknown), true},
        {"a write that may have arrived", broken(HttpMethod::Post, Reached::Unknown), false},
        {"a delete that may have arrived", broken(HttpMethod::Delete, Reached::Unknown), false},
        {"a write that was never sent", broken(HttpMethod::Post, Reached::NotSent), true},
        {"a refused certificate", broken(HttpMethod::Get, Reached::NotSent, ErrorKind::Tls), false},
        {"the third failure", broken(HttpMethod::Get, Reached::NotSent, ErrorKind::Unreachable, 3), false},
        {"a write declined with Retry-After", answered(HttpMethod::Patch, 429, 1), true},
        {"a write declined by 503 with Retry-After", answered(HttpMethod::Post, 503, 1), true},
        {"a write declined without Retry-After", answered(HttpMethod::Post, 503, std::nullopt), false},
        {"a read declined without Retry-After", answered(HttpMethod::Get, 503, std::nullopt), true},
        {"a read through a failing gateway", answered(HttpMethod::Get, 502, std::nullopt), true},
        {"a write through a failing gateway", answered(HttpMethod::Put, 502, std::nullopt), false},
        {"an internal error", answered(HttpMethod::Get, 500, std::nullopt), false},
        {"not found", answered(HttpMethod::Get, 404, std::nullopt), false},
        {"the sixth time declined", answered(HttpMethod::Get, 429, 1, 6), false},
    };
    core::SeededRandom random(1);
    for (const auto &[what, attempt, retried] : cases)
        EXPECT_EQ(retryDelay(attempt, random).has_value(), retried) << what;
}

TEST(RetryPolicy, WaitsAtLeastAsLongAsTheServerAsks)
{
    core::SeededRandom random(2);
    for (int i = 0; i < 50; ++i)
        EXPECT_GE(retryDelay(answered(HttpMethod::Get, 429, 2), random), milliseconds(2000));
}

TEST(RetryPolicy, BacksOffWithJitterBelowAGrowingCeiling)
{
    core::SeededRandom random(3);
    milliseconds longest{0};
    for (int i = 0; i < 200; ++i) {
        EXPECT_LE(retryDelay(broken(HttpMethod::Get, Reached::NotSent), random), milliseconds(200));
        const auto second = *retryDelay(broken(HttpMethod::Get, Reached::NotSent, ErrorKind::Unreachable, 2), random);
        EXPECT_LE(second, milliseconds(400));
        longest = std::max(longest, second);
    }
    EXPECT_GT(longest, milliseconds(200));
}

TEST(RetryPolicy, DoesNotHammerAnEvictionThatABudgetHolds)
{
    auto attempt = answered(HttpMethod::Post, 429, 10);
    attempt.error.causes.push_back({"DisruptionBudget", "needs 2 healthy pods", ""});
    core::SeededRandom random(4);
    EXPECT_FALSE(retryDelay(attempt, random));
}

} // namespace
} // namespace binnacle::kube

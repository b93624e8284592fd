// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Futures.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace binnacle::core {
namespace {

struct Open
{
    QPromise<Result<int>> promise;
    QFuture<Result<int>> future;

    Open() : future(promise.future()) { promise.start(); }
};

TEST(Futures, ThenMapsValuesAndErrors)
{
    const auto half = [](const Result<int> &number) -> Result<double> {
        return number ? Result<double>(*number / 2.0) : fail(number.error());
    };
    EXPECT_EQ(resultOf(then(ready(Result<int>(5)), half)).value(), 2.5);
    EXPECT_EQ(resultOf(then(ready(Result<int>(fail(ErrorKind::NotFound, "gone"))), half)).error().message, "gone");

    Open later;
    const auto mapped = then(later.future, half);
    EXPECT_FALSE(mapped.isFinished());
    finish(later.promise, Result<int>(8));
    EXPECT_EQ(resultOf(mapped).value(), 4.0);
}

TEST(Futures, ChainWaitsForBoth)
{
    Open first;
    Open second;
    const auto both = chain<int>(first.future, [&](const Result<int> &) { return second.future; });
    finish(first.promise, Result<int>(1));
    EXPECT_FALSE(both.isFinished());
    finish(second.promise, Result<int>(2));
    EXPECT_EQ(resultOf(both).value(), 2);
}

TEST(Futures, PromiseThatIsGivenUpIsCancelledAndSaysSo)
{
    auto open = std::make_unique<Open>();
    const auto future = open->future;
    const auto mapped = then(future, [](Result<int> number) { return number; });
    open.reset();
    ASSERT_TRUE(mapped.isFinished());
    EXPECT_EQ(resultOf(mapped).error().kind, ErrorKind::Cancelled);
}

TEST(Futures, ExceptionsBecomeErrors)
{
    const auto thrown = then(ready(Result<int>(1)), [](const Result<int> &) -> Result<int> {
        throw std::runtime_error("type must be string");
    });
    EXPECT_EQ(resultOf(thrown).error().kind, ErrorKind::Protocol);
    const auto chained = chain<int>(ready(Result<int>(1)), [](const Result<int> &) -> QFuture<Result<int>> {
        throw std::runtime_error("type must be string");
    });
    EXPECT_NE(resultOf(chained).error().message.find("type must be string"), std::string::npos);
}

TEST(Futures, CollectKeepsTheOrderAndTheFirstError)
{
    Open slow;
    const auto all = collect<int>({slow.future, ready(Result<int>(2))});
    EXPECT_FALSE(all.isFinished());
    finish(slow.promise, Result<int>(1));
    EXPECT_EQ(resultOf(all).value(), (std::vector<int>{1, 2}));

    const auto failed = collect<int>({ready(Result<int>(1)), ready(Result<int>(fail(ErrorKind::Server, "first"))),
                                      ready(Result<int>(fail(ErrorKind::Server, "second")))});
    EXPECT_EQ(resultOf(failed).error().message, "first");
    EXPECT_TRUE(resultOf(collect<int>({})).value().empty());
}

TEST(Futures, ContinuationKeepsNothingAliveAfterwards)
{
    // What the continuation holds may hold the promise: it must be let go once it has run.
    struct Owner
    {
        Open open;
    };
    auto owner = std::make_shared<Owner>();
    const std::weak_ptr<Owner> watched = owner;
    const auto mapped = then(owner->open.future, [owner](Result<int> number) { return number; });
    finish(owner->open.promise, Result<int>(1));
    owner.reset();
    EXPECT_TRUE(watched.expired());
    EXPECT_EQ(resultOf(mapped).value(), 1);
}

TEST(Futures, ContinuationRunsOnceWhenAttachedWhileAnotherThreadFinishes)
{
    std::atomic<QPromise<Result<int>> *> handedOver{nullptr};
    std::atomic<int> finished = 0;
    std::atomic<bool> stop = false;
    std::thread other([&] {
        while (!stop) {
            const std::unique_ptr<QPromise<Result<int>>> promise(handedOver.exchange(nullptr));
            if (!promise) {
                std::this_thread::yield();
                continue;
            }
            finish(*promise, Result<int>(1));
            ++finished;
        }
    });
    constexpr int rounds = 12'000;
    std::atomic<int> ran = 0;
    for (int i = 0; i < rounds; ++i) {
        auto promise = std::make_unique<QPromise<Result<int>>>();
        promise->start();
        const auto future = promise->future();
        handedOver = promise.release();
        if (i % 3 == 0)
            std::this_thread::yield();
        auto mapped = then(future, [&ran](Result<int> number) {
            ++ran;
            return number;
        });
        mapped.waitForFinished();
        ASSERT_EQ(resultOf(mapped).value(), 1);
        while (finished <= i)
            std::this_thread::yield();
    }
    stop = true;
    other.join();
    EXPECT_EQ(ran, rounds);
}

} // namespace
} // namespace binnacle::core

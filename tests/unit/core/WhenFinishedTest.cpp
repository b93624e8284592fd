// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/WhenFinished.h"

#include <QCoreApplication>

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace binnacle::core {
namespace {

struct Asked
{
    std::unique_ptr<QObject> context = std::make_unique<QObject>();
    std::unique_ptr<QPromise<Result<int>>> promise = std::make_unique<QPromise<Result<int>>>();
    std::optional<Result<int>> answer;

    Asked()
    {
        promise->start();
        whenFinished(promise->future(), context.get(), [this](const Result<int> &result) { answer = result; });
    }
};

TEST(WhenFinished, AnswersInTheEventLoop)
{
    Asked asked;
    finish(*asked.promise, Result<int>(7));
    EXPECT_FALSE(asked.answer);
    QCoreApplication::processEvents();
    ASSERT_TRUE(asked.answer);
    EXPECT_EQ(asked.answer->value(), 7);
}

// A screen that waits for an answer would wait for ever.
TEST(WhenFinished, AFutureThatEndsWithoutResultIsCancelled)
{
    Asked asked;
    asked.promise.reset();
    QCoreApplication::processEvents();
    ASSERT_TRUE(asked.answer);
    ASSERT_FALSE(*asked.answer);
    EXPECT_EQ(asked.answer->error().kind, ErrorKind::Cancelled);
}

TEST(WhenFinished, ADeadContextIsNotCalled)
{
    Asked asked;
    finish(*asked.promise, Result<int>(7));
    asked.context.reset();
    QCoreApplication::processEvents();
    EXPECT_FALSE(asked.answer);
}

} // namespace
} // namespace binnacle::core

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <QFuture>
#include <QPromise>

#include <vector>

namespace binnacle::operations {

/// A future that is finished already.
template <typename T>
[[nodiscard]] QFuture<core::Result<T>> ready(core::Result<T> value)
{
    QPromise<core::Result<T>> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

/// The result of a finished future; Cancelled when it ended without one.
template <typename T>
[[nodiscard]] core::Result<T> resultOf(const QFuture<core::Result<T>> &future)
{
    if (future.resultCount() == 0)
        return core::fail(core::ErrorKind::Cancelled, "the request was given up before it was answered");
    return future.result();
}

/// `next` maps the finished result to another future. It runs in the thread that finishes the first.
template <typename B, typename A, typename Function>
[[nodiscard]] QFuture<core::Result<B>> chain(QFuture<core::Result<A>> first, Function next)
{
    return first
        .then([next = std::move(next)](QFuture<core::Result<A>> done) mutable -> QFuture<core::Result<B>> {
            return next(resultOf(done));
        })
        .unwrap();
}

/// All values in order, or the first error in order.
template <typename T>
[[nodiscard]] QFuture<core::Result<std::vector<T>>> collect(std::vector<QFuture<core::Result<T>>> futures)
{
    if (futures.empty())
        return ready(core::Result<std::vector<T>>(std::vector<T>{}));
    return QtFuture::whenAll(futures.begin(), futures.end())
        .then([](const QList<QFuture<core::Result<T>>> &done) -> core::Result<std::vector<T>> {
            std::vector<T> values;
            for (const auto &future : done) {
                auto value = resultOf(future);
                if (!value)
                    return core::fail(value.error());
                values.push_back(std::move(*value));
            }
            return values;
        });
}

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <QFuture>
#include <QPromise>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

/// What to do with futures of results, instead of QFuture::then(), unwrap() and QtFuture::whenAll(): Qt 6.4 runs a
/// continuation twice, the second time a hollow one, when it is attached in the instant in which another thread
/// finishes the future (qfutureinterface.cpp: setContinuation() against reportFinished()), and crashes.
///
/// Promises of results are finished with finish(). A future takes one continuation: a second would replace the first.
/// Continuations run in the thread that finishes the future, or at once when it is finished already.
namespace binnacle::core {

namespace detail {

/// Keeps attaching and finishing apart. What `change` hands to afterwards() runs when it is over.
void exclusively(const std::function<void()> &change);
void afterwards(std::function<void()> task);

[[nodiscard]] Error unexpected(const std::exception &exception);

} // namespace detail

template <typename T>
void finish(QPromise<Result<T>> &promise, Result<T> result)
{
    detail::exclusively([&] {
        promise.addResult(std::move(result));
        promise.finish();
    });
}

/// A future that is finished already.
template <typename T>
[[nodiscard]] QFuture<Result<T>> ready(Result<T> value)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

/// The result of a finished future; Cancelled when it ended without one.
template <typename T>
[[nodiscard]] Result<T> resultOf(const QFuture<Result<T>> &future)
{
    if (future.resultCount() == 0)
        return fail(ErrorKind::Cancelled, "the request was given up before it was answered");
    return future.result();
}

/// Calls `use` with the result.
template <typename T, typename Use>
void onFinished(QFuture<Result<T>> future, Use use)
{
    const auto kept = std::make_shared<Use>(std::move(use));
    detail::exclusively([&] {
        if (future.isFinished()) {
            detail::afterwards([kept, future] { (*kept)(resultOf(future)); });
            return;
        }
        // Moved out when it runs: Qt keeps the lambda as long as the promise, which may be what `use` keeps alive.
        future.then([use = std::shared_ptr<Use>(kept)](const QFuture<Result<T>> &done) mutable {
            detail::afterwards([use = std::move(use), done] { (*use)(resultOf(done)); });
        });
    });
}

/// `map` makes another result of the finished one.
template <typename A, typename Map, typename Mapped = std::invoke_result_t<Map, Result<A>>>
[[nodiscard]] QFuture<Mapped> then(const QFuture<Result<A>> &first, Map map)
{
    const auto promise = std::make_shared<QPromise<Mapped>>();
    promise->start();
    onFinished(first, [promise, map = std::move(map)](Result<A> result) mutable {
        try {
            finish(*promise, Mapped(map(std::move(result))));
        } catch (const std::exception &exception) {
            finish(*promise, Mapped(fail(detail::unexpected(exception))));
        }
    });
    return promise->future();
}

/// `next` makes another future of the finished result.
template <typename B, typename A, typename Next>
[[nodiscard]] QFuture<Result<B>> chain(const QFuture<Result<A>> &first, Next next)
{
    const auto promise = std::make_shared<QPromise<Result<B>>>();
    promise->start();
    onFinished(first, [promise, next = std::move(next)](Result<A> result) mutable {
        try {
            onFinished(next(std::move(result)), [promise](Result<B> last) { finish(*promise, std::move(last)); });
        } catch (const std::exception &exception) {
            finish(*promise, Result<B>(fail(detail::unexpected(exception))));
        }
    });
    return promise->future();
}

/// All results in order, whatever they are.
template <typename T>
[[nodiscard]] QFuture<Result<std::vector<Result<T>>>> settle(const std::vector<QFuture<Result<T>>> &futures)
{
    struct Shared
    {
        std::vector<Result<T>> results;
        std::atomic<std::size_t> missing;
        QPromise<Result<std::vector<Result<T>>>> promise;
    };
    if (futures.empty())
        return ready(Result<std::vector<Result<T>>>(std::vector<Result<T>>{}));
    const auto shared = std::make_shared<Shared>();
    shared->results.assign(futures.size(), fail(ErrorKind::Cancelled, "not answered"));
    shared->missing = futures.size();
    shared->promise.start();
    for (std::size_t i = 0; i < futures.size(); ++i) {
        onFinished(futures[i], [shared, i](Result<T> result) {
            shared->results[i] = std::move(result);
            if (--shared->missing == 0)
                finish(shared->promise, Result<std::vector<Result<T>>>(std::move(shared->results)));
        });
    }
    return shared->promise.future();
}

/// All values in order, or the first error in order.
template <typename T>
[[nodiscard]] QFuture<Result<std::vector<T>>> collect(const std::vector<QFuture<Result<T>>> &futures)
{
    return then(settle(futures), [](Result<std::vector<Result<T>>> results) -> Result<std::vector<T>> {
        if (!results)
            return fail(std::move(results.error()));
        std::vector<T> values;
        for (auto &result : *results) {
            if (!result)
                return fail(std::move(result.error()));
            values.push_back(std::move(*result));
        }
        return values;
    });
}

} // namespace binnacle::core

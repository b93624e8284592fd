// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Futures.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <utility>

namespace binnacle::core {

/// Calls `use` with the future's result (Cancelled, when it ended without one) in the context's thread, unless the
/// context has died by then. QFuture::then
/// with a context would do, but Qt 6.4 asserts when the context dies first (qfuture_impl.h). Call it in the context's
/// thread.
template <typename T, typename Use>
void whenFinished(const QFuture<Result<T>> &future, QObject *context, Use use)
{
    auto *watcher = new QFutureWatcher<Result<T>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, use = std::move(use)]() mutable {
        watcher->deleteLater();
        use(resultOf(watcher->future()));
    });
    watcher->setFuture(future);
}

} // namespace binnacle::core

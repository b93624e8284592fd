// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <QEventLoop>
#include <QFutureWatcher>

namespace binnacle::ctl {

/// Waits in the event loop, so that signals and the store's updates are served meanwhile. A command line has no other
/// loop to nest in.
template <typename T>
[[nodiscard]] core::Result<T> await(const QFuture<core::Result<T>> &future)
{
    QEventLoop loop;
    QFutureWatcher<core::Result<T>> watcher;
    QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
    watcher.setFuture(future);
    if (!future.isFinished())
        loop.exec();
    if (future.resultCount() == 0)
        return core::fail(core::ErrorKind::Cancelled, "the request was given up before it was answered");
    return watcher.future().takeResult();
}

} // namespace binnacle::ctl

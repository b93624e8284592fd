// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Futures.h"

#include <mutex>

namespace binnacle::core::detail {

namespace {

// One for all futures: it is held for the moment in which one is finished or gets its continuation, and never while
// anybody's code runs.
std::mutex exclusion;
thread_local std::vector<std::function<void()>> *collected = nullptr;

} // namespace

void exclusively(const std::function<void()> &change)
{
    std::vector<std::function<void()>> tasks;
    {
        const std::scoped_lock lock(exclusion);
        collected = &tasks;
        change();
        collected = nullptr;
    }
    for (const auto &task : tasks)
        task();
}

void afterwards(std::function<void()> task)
{
    if (collected == nullptr) { // a promise that was dropped, or not finished with finish()
        task();
        return;
    }
    collected->push_back(std::move(task));
}

Error unexpected(const std::exception &exception)
{
    return makeError(ErrorKind::Protocol, std::string("the answer is not what the API promises: ") + exception.what(),
                     "check that the address is a Kubernetes API server, and report this if it is one");
}

} // namespace binnacle::core::detail

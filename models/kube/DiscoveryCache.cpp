// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/DiscoveryCache.h"

#include "core/Futures.h"
#include "kube/DiscoveryRequests.h"

#include <mutex>

namespace binnacle::kube {

struct DiscoveryCache::State
{
    std::mutex mutex; ///< guards the rest
    std::shared_ptr<const Discovery> known;
    std::chrono::steady_clock::time_point askedAt;
    std::vector<QPromise<Answer>> waiting; ///< not empty: a request is under way

    void answered(const Answer &answer)
    {
        std::vector<QPromise<Answer>> told;
        {
            const std::scoped_lock lock(mutex);
            if (answer)
                known = *answer;
            told.swap(waiting);
        }
        for (auto &promise : told)
            core::finish(promise, answer);
    }
};

DiscoveryCache::DiscoveryCache(std::shared_ptr<Transport> transport)
    : m_transport(std::move(transport)), m_state(std::make_shared<State>())
{
}

std::chrono::steady_clock::duration DiscoveryCache::age() const
{
    const std::scoped_lock lock(m_state->mutex);
    return std::chrono::steady_clock::now() - m_state->askedAt;
}

QFuture<DiscoveryCache::Answer> DiscoveryCache::ask(bool again)
{
    QPromise<Answer> promise;
    promise.start();
    auto future = promise.future();
    {
        const std::scoped_lock lock(m_state->mutex);
        const bool underWay = !m_state->waiting.empty();
        if (!underWay && m_state->known && !again)
            return core::ready(Answer(m_state->known));
        m_state->waiting.push_back(std::move(promise));
        if (underWay)
            return future;
        m_state->askedAt = std::chrono::steady_clock::now();
    }
    core::onFinished(requestDiscovery(m_transport),
                     [state = m_state](const Answer &answer) { state->answered(answer); });
    return future;
}

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/CancellationToken.h"

#include <map>
#include <mutex>

namespace binnacle::core {

struct CancellationToken::State
{
    std::mutex mutex;
    bool cancelled = false;
    int nextId = 0;
    std::map<int, std::function<void()>> callbacks;
};

bool CancellationToken::isCancelled() const
{
    if (!m_state)
        return false;
    const std::scoped_lock lock(m_state->mutex);
    return m_state->cancelled;
}

std::shared_ptr<void> CancellationToken::onCancelled(std::function<void()> callback) const
{
    if (!m_state)
        return {};
    int id = 0;
    {
        const std::scoped_lock lock(m_state->mutex);
        if (!m_state->cancelled) {
            id = ++m_state->nextId;
            m_state->callbacks.emplace(id, std::move(callback));
        }
    }
    if (id == 0) {
        callback();
        return {};
    }
    return std::shared_ptr<void>(nullptr, [weak = std::weak_ptr<State>(m_state), id](void *) {
        if (const auto state = weak.lock()) {
            const std::scoped_lock lock(state->mutex);
            state->callbacks.erase(id);
        }
    });
}

CancellationSource::CancellationSource()
{
    m_token.m_state = std::make_shared<CancellationToken::State>();
}

void CancellationSource::cancel()
{
    std::map<int, std::function<void()>> callbacks;
    {
        const std::scoped_lock lock(m_token.m_state->mutex);
        if (m_token.m_state->cancelled)
            return;
        m_token.m_state->cancelled = true;
        callbacks.swap(m_token.m_state->callbacks);
    }
    for (const auto &[id, callback] : callbacks)
        callback();
}

} // namespace binnacle::core

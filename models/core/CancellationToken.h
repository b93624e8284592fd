// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace binnacle::core {

/// Says "stop" to whatever holds a copy. Thread-safe; cheap to copy; a default one can never be cancelled.
class CancellationToken
{
public:
    CancellationToken() = default;

    [[nodiscard]] bool isCancelled() const;
    /// Calls `callback` once, in the cancelling thread, or at once when already cancelled.
    /// The returned handle takes the callback back when it dies.
    [[nodiscard]] std::shared_ptr<void> onCancelled(std::function<void()> callback) const;

private:
    friend class CancellationSource;
    struct State;
    std::shared_ptr<State> m_state;
};

class CancellationSource
{
public:
    CancellationSource();
    [[nodiscard]] CancellationToken token() const { return m_token; }
    void cancel();

private:
    CancellationToken m_token;
};

} // namespace binnacle::core

// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/ForwardState.h"

#include <algorithm>

namespace binnacle::forward {

const char *toString(ForwardPhase phase)
{
    switch (phase) {
    case ForwardPhase::Starting:
        return "starting";
    case ForwardPhase::Probing:
        return "probing";
    case ForwardPhase::Active:
        return "active";
    case ForwardPhase::Reconnecting:
        return "reconnecting";
    case ForwardPhase::Failed:
        return "failed";
    case ForwardPhase::Stopped:
        return "stopped";
    }
    return "stopped";
}

namespace state {

namespace {

using core::ErrorKind;
using std::chrono::milliseconds;

constexpr milliseconds firstDelay{50};
constexpr milliseconds longestDelay{15'000};
/// What worked for so long was no fluke: the next failure begins with short waits again.
constexpr milliseconds provenAfter{1'000};

/// Half of the wait is fixed and half is chance, so that the forwards of a whole screen do not come back as one.
milliseconds delayOf(int attempt, double random)
{
    const auto doubled = firstDelay * (1LL << std::min(attempt, 12));
    const auto most = std::min<milliseconds>(doubled, longestDelay);
    return std::chrono::duration_cast<milliseconds>(most * (0.5 + random / 2));
}

bool isFinal(const core::Error &error)
{
    return error.kind == ErrorKind::Forbidden || error.kind == ErrorKind::Unsupported ||
           error.kind == ErrorKind::Invalid;
}

bool isRunning(const ForwardState &state)
{
    return state.phase != ForwardPhase::Failed && state.phase != ForwardPhase::Stopped;
}

std::string textOf(const core::Error &error)
{
    return error.object.empty() ? error.message : error.object + ": " + error.message;
}

class Step
{
public:
    Step(ForwardState &state, const Circumstances &circumstances) : m_state(state), m_circumstances(circumstances) {}

    void operator()(const Start &)
    {
        m_state = {};
        m_state.phase = ForwardPhase::Starting;
        m_effects.emplace_back(Listen{});
    }
    void operator()(const ListenerOpened &)
    {
        if (!isRunning(m_state))
            return;
        m_state.listening = true;
        m_state.reason = "looking for a pod that is ready";
        if (m_state.endpoint)
            probe();
    }
    void operator()(const ListenerFailed &failed)
    {
        if (isRunning(m_state))
            fail(failed.error);
    }
    void operator()(const EndpointFound &found)
    {
        if (!isRunning(m_state) || m_state.endpoint == found.endpoint)
            return;
        m_state.endpoint = found.endpoint;
        m_state.attempt = 0;
        if (m_state.listening)
            probe();
    }
    void operator()(const EndpointLost &lost)
    {
        if (!isRunning(m_state))
            return;
        if (lost.final) {
            fail(lost.why);
            return;
        }
        m_effects.emplace_back(CancelProbe{});
        m_state.endpoint.reset();
        m_state.waiting = false;
        interrupt(textOf(lost.why));
    }
    void operator()(const ProbePassed &)
    {
        if (m_state.phase != ForwardPhase::Probing)
            return;
        m_state.phase = ForwardPhase::Active;
        m_state.reason.clear();
        m_state.activeSince = m_circumstances.now;
        m_effects.emplace_back(Serve{});
    }
    void operator()(const ProbeFailed &failed)
    {
        if (m_state.phase == ForwardPhase::Probing)
            retry(failed.error);
    }
    void operator()(const TunnelFailed &failed)
    {
        if (m_state.phase == ForwardPhase::Active && m_state.endpoint == failed.endpoint)
            retry(failed.error);
    }
    void operator()(const TimerFired &)
    {
        m_state.waiting = false;
        if (m_state.phase == ForwardPhase::Reconnecting && m_state.endpoint)
            probe();
    }
    void operator()(const ConnectionWaits &)
    {
        // Somebody wants it now: that beats the back-off.
        if (!isRunning(m_state))
            return;
        if (!m_state.endpoint)
            m_effects.emplace_back(Refresh{});
        else if (m_state.waiting)
            probe();
    }
    void operator()(const Reconnect &)
    {
        if (!isRunning(m_state))
            return;
        m_state.attempt = 0;
        m_effects.emplace_back(Refresh{});
        if (m_state.endpoint && m_state.listening)
            probe();
    }
    void operator()(const Stop &)
    {
        if (m_state.phase == ForwardPhase::Stopped)
            return;
        m_state = {};
        m_effects.emplace_back(CancelProbe{});
        m_effects.emplace_back(Close{});
    }

    [[nodiscard]] Effects effects() { return std::move(m_effects); }

private:
    void probe()
    {
        m_state.waiting = false;
        m_state.phase = ForwardPhase::Probing;
        m_state.reason = "trying pod " + m_state.endpoint->pod;
        m_effects.emplace_back(Probe{*m_state.endpoint});
    }
    void interrupt(std::string reason)
    {
        // What never worked is still starting, not reconnecting.
        m_state.phase =
            m_state.activeSince || m_state.attempt > 0 ? ForwardPhase::Reconnecting : ForwardPhase::Starting;
        m_state.reason = std::move(reason);
    }
    void retry(const core::Error &error)
    {
        if (isFinal(error)) {
            fail(error);
            return;
        }
        if (m_state.phase == ForwardPhase::Active && m_circumstances.now - *m_state.activeSince >= provenAfter)
            m_state.attempt = 0;
        const auto delay = delayOf(m_state.attempt++, m_circumstances.random);
        interrupt(textOf(error));
        m_state.waiting = true;
        m_effects.emplace_back(Wait{delay});
    }
    void fail(const core::Error &error)
    {
        m_state.phase = ForwardPhase::Failed;
        m_state.reason = textOf(error);
        m_state.failure = error.kind;
        m_state.next = error.next;
        m_state.listening = false;
        m_state.waiting = false;
        m_effects.emplace_back(CancelProbe{});
        m_effects.emplace_back(Close{});
    }

    ForwardState &m_state;
    const Circumstances &m_circumstances;
    Effects m_effects;
};

} // namespace

Effects step(ForwardState &state, const Input &input, const Circumstances &circumstances)
{
    Step next(state, circumstances);
    std::visit(next, input);
    return next.effects();
}

} // namespace state

} // namespace binnacle::forward

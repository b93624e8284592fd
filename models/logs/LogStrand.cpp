// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogStrand.h"

#include <algorithm>

namespace binnacle::logs {

namespace {

using core::ErrorKind;

constexpr std::chrono::milliseconds firstDelay{250};
constexpr std::chrono::milliseconds longestDelay{10'000};
constexpr std::chrono::milliseconds afterAnEnd{1'000};
constexpr std::chrono::milliseconds untilStarted{2'000};
constexpr int mostTries = 5; ///< of what is not followed

bool mayPass(ErrorKind kind)
{
    return kind == ErrorKind::Unreachable || kind == ErrorKind::Timeout || kind == ErrorKind::Server ||
           kind == ErrorKind::TooManyRequests || kind == ErrorKind::Protocol;
}

} // namespace

LogStrand::Action LogStrand::open()
{
    const bool missedOne = m_options.follow && m_streamed >= 0 && m_sight.restarts > m_streamed + 1;
    m_phase = Phase::Reading;
    if (missedOne) {
        m_streamed = m_sight.restarts - 1;
        m_open = {false, true};
        return m_open;
    }
    m_streamed = m_sight.restarts;
    m_open = {m_options.follow && (m_historyRead || !m_options.historyFirst), m_options.previous};
    return m_open;
}

LogStrand::Action LogStrand::backOff(std::chrono::milliseconds atLeast)
{
    const auto grown = firstDelay * (1 << std::min(m_failures, 6));
    ++m_failures;
    m_phase = Phase::BackingOff;
    return Wait{std::clamp(grown, atLeast, longestDelay)};
}

LogStrand::Action LogStrand::sighted(const ContainerSight &sight)
{
    m_sight = sight;
    if (m_phase != Phase::Waiting)
        return {};
    if (!m_options.follow) // the server knows best, and its answer says why there is none
        return open();
    if (!sight.exists) {
        m_phase = Phase::Ended;
        return {};
    }
    return sight.started && sight.restarts > m_streamed ? open() : Action();
}

LogStrand::Action LogStrand::ended()
{
    m_error.reset();
    if (!m_options.follow) {
        m_phase = Phase::Ended;
        return {};
    }
    if (!m_open.follow) {
        m_historyRead = true;
        return open();
    }
    if (!m_sight.exists) {
        m_phase = Phase::Ended;
        return {};
    }
    if (m_sight.restarts > m_streamed)
        return open();
    if (m_sight.running) // the store may not know yet that it has ended, or a proxy tired of the stream
        return backOff(afterAnEnd);
    m_phase = Phase::Waiting;
    return {};
}

LogStrand::Action LogStrand::failed(const core::Error &error)
{
    m_error = error;
    if (mayPass(error.kind) && (m_options.follow || m_failures + 1 < mostTries))
        return backOff(error.retryAfter.value_or(firstDelay));
    if (m_options.follow && error.kind == ErrorKind::NotFound) {
        m_phase = Phase::Ended;
        m_error.reset();
        return {};
    }
    if (m_options.follow && error.kind == ErrorKind::Invalid && m_sight.exists) // "is waiting to start"
        return backOff(untilStarted);
    m_phase = Phase::Failed;
    return {};
}

LogStrand::Action LogStrand::drained()
{
    return m_phase == Phase::Paused ? open() : Action();
}

LogStrand::Action LogStrand::timerFired()
{
    if (m_phase != Phase::BackingOff)
        return {};
    if (m_options.follow && !m_sight.exists) {
        m_phase = Phase::Ended;
        return {};
    }
    return open();
}

} // namespace binnacle::logs

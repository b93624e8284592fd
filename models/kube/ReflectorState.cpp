// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ReflectorState.h"

#include <algorithm>

namespace binnacle::kube::reflector {

namespace {

using core::Error;
using core::ErrorKind;
using std::chrono::milliseconds;
using Phase = ReflectorPhase;

constexpr int pageSize = 500;
constexpr milliseconds firstBackoff{800};
constexpr milliseconds longestBackoff{30'000};
constexpr milliseconds quietEnough{120'000};
constexpr milliseconds deniedRetry{60'000};
constexpr std::chrono::seconds shortestWatch{300}, watchSpread{300};
constexpr milliseconds suspiciouslyShort{1000};

class Step
{
public:
    Step(ReflectorState &state, const Circumstances &circumstances) : m_state(state), m_world(circumstances) {}

    void operator()(const Start &) { begin(); }

    void operator()(const PageRead &page)
    {
        if (m_state.phase != Phase::InitPage)
            return;
        if (!page.continueToken.empty()) {
            list(m_state.resourceVersion, page.continueToken, pageSize);
            return;
        }
        m_state.resourceVersion = page.resourceVersion;
        m_state.hasContent = true;
        m_state.mustList = false;
        m_state.pageless = false;
        m_state.newest = false;
        m_state.phase = Phase::InitListed;
        add(Publish{});
        add(Report{Condition::Live, {}});
        watch(false);
    }

    void operator()(const WatchOpened &)
    {
        m_state.watchOpened = m_world.now;
        m_state.watchHadEvents = false;
        if (m_state.phase == Phase::InitListed) {
            m_state.phase = Phase::Watching;
            add(Report{Condition::Live, {}});
        }
    }

    void operator()(const EventsRead &events)
    {
        m_state.watchHadEvents = true;
        if (m_state.phase == Phase::InitialWatch) {
            if (!events.initialEventsEnd)
                return;
            m_state.phase = Phase::Watching;
            m_state.hasContent = true;
            m_state.mustList = false;
            m_state.newest = false;
            m_state.resourceVersion = events.resourceVersion;
            add(Publish{});
            add(Report{Condition::Live, {}});
        } else if (!events.resourceVersion.empty()) {
            m_state.resourceVersion = events.resourceVersion;
        }
    }

    void operator()(const WatchEnded &)
    {
        const bool tooShort = m_world.now - m_state.watchOpened < suspiciouslyShort && !m_state.watchHadEvents;
        if (m_state.phase == Phase::InitialWatch || tooShort) {
            // client-go calls this "very short watch": a proxy that cuts streams, or a server that is going down.
            fail(core::makeError(ErrorKind::Unreachable, "the watch ended at once, without an event",
                                 "it is opened again; check proxies between here and the API server"));
            return;
        }
        m_state.phase = Phase::InitListed;
        watch(false);
    }

    void operator()(const Failed &failed) { fail(failed.error); }

    void operator()(const TimerFired &)
    {
        if (m_state.phase == Phase::Backoff || m_state.phase == Phase::Denied)
            begin();
    }

    void operator()(const Reconnect &)
    {
        add(Stop{});
        m_state.attempt = 0;
        m_state.lastFailure.reset();
        begin();
    }

    [[nodiscard]] Effects take() { return std::move(m_effects); }

private:
    void add(Effect effect) { m_effects.push_back(std::move(effect)); }

    void begin()
    {
        if (!m_state.mustList && !m_state.resourceVersion.empty()) {
            m_state.phase = Phase::InitListed;
            watch(false);
        } else if (m_state.watchListServed) {
            add(Discard{});
            m_state.phase = Phase::InitialWatch;
            watch(true);
        } else {
            add(Discard{});
            firstPage();
        }
    }

    /// The first list may come from the server's watch cache ("0"), a relist must not go back in time (the last
    /// version, in one piece: with a limit the server would read etcd), and after "expired" only the newest state is
    /// right.
    void firstPage()
    {
        m_state.phase = Phase::InitPage;
        if (m_state.newest)
            list({}, {}, m_state.pageless ? 0 : pageSize);
        else if (!m_state.resourceVersion.empty())
            list(m_state.resourceVersion, {}, 0);
        else
            list("0", {}, pageSize);
    }

    void list(std::string resourceVersion, std::string continueToken, int limit)
    {
        // A continue token carries its own version; the API refuses both at once.
        if (!continueToken.empty())
            resourceVersion.clear();
        add(List{std::move(resourceVersion), std::move(continueToken), limit, m_state.json});
    }

    void watch(bool sendInitialEvents)
    {
        const auto spread = static_cast<std::chrono::seconds::rep>(m_world.random * watchSpread.count());
        add(Watch{m_state.resourceVersion, sendInitialEvents, shortestWatch + std::chrono::seconds(spread),
                  m_state.json});
    }

    static bool isTooLargeVersion(const Error &error)
    {
        const bool named = std::any_of(error.causes.begin(), error.causes.end(),
                                       [](const auto &cause) { return cause.reason == "ResourceVersionTooLarge"; });
        return named || error.message.rfind("Too large resource version", 0) == 0; // before 1.19 without a cause
    }

    /// 422 where the feature gate is off, as by default in 1.33; 400, 403 and 405 are what API servers of other makes
    /// and rules that allow only "list" answer. Listing makes progress in each case (client-go falls back on anything
    /// that is not worth a retry, too).
    static bool refusesWatchList(const Error &error)
    {
        return error.kind == ErrorKind::Invalid || error.kind == ErrorKind::Forbidden ||
               error.kind == ErrorKind::Unsupported;
    }

    void fail(const Error &error)
    {
        if (error.kind == ErrorKind::Cancelled)
            return;
        add(Stop{});
        if (!m_state.json && (error.httpStatus == 406 || error.httpStatus == 415)) {
            m_state.json = true;
            return begin();
        }
        if (m_state.phase == Phase::InitialWatch && refusesWatchList(error)) {
            m_state.watchListServed = false;
            return begin();
        }
        if (error.kind == ErrorKind::Forbidden)
            return denied(error);
        if (error.kind == ErrorKind::Expired || isTooLargeVersion(error)) {
            m_state.pageless = m_state.phase == Phase::InitPage;
            m_state.newest = true;
            m_state.resourceVersion.clear();
            m_state.mustList = true;
            // Not a failure of the server: go on at once, but only once in a row.
            if (!recentlyFailed()) {
                m_state.lastFailure = m_world.now;
                return begin();
            }
        }
        if (error.kind == ErrorKind::Protocol || error.kind == ErrorKind::NotFound)
            m_state.mustList = true;
        backOff(error);
    }

    void denied(const Error &error)
    {
        m_state.phase = Phase::Denied;
        m_state.mustList = true;
        m_state.lastFailure = m_world.now;
        add(Report{Condition::Denied, error});
        add(Wait{deniedRetry + jittered(deniedRetry)});
    }

    [[nodiscard]] bool recentlyFailed() const
    {
        return m_state.lastFailure && m_world.now - *m_state.lastFailure < suspiciouslyShort;
    }

    [[nodiscard]] milliseconds jittered(milliseconds most) const
    {
        return milliseconds(static_cast<milliseconds::rep>(m_world.random * static_cast<double>(most.count())));
    }

    void backOff(const Error &error)
    {
        if (!m_state.lastFailure || m_world.now - *m_state.lastFailure > quietEnough)
            m_state.attempt = 0;
        m_state.lastFailure = m_world.now;
        constexpr int doublings = 6; // 0.8 s × 2⁶ is past the cap
        const auto most = std::min(longestBackoff, firstBackoff * (1 << std::min(m_state.attempt, doublings)));
        ++m_state.attempt;
        const bool unserved = error.kind == ErrorKind::NotFound;
        const auto least = unserved ? deniedRetry : error.retryAfter.value_or(milliseconds{0});
        m_state.phase = Phase::Backoff;
        const auto known = m_state.hasContent ? Condition::Stale : Condition::Loading;
        add(Report{unserved ? Condition::Unserved : known, error});
        add(Wait{std::max(least, jittered(most))});
    }

    ReflectorState &m_state;
    const Circumstances &m_world;
    Effects m_effects;
};

} // namespace

Effects step(ReflectorState &state, const Input &input, const Circumstances &circumstances)
{
    Step step(state, circumstances);
    std::visit(step, input);
    return step.take();
}

} // namespace binnacle::kube::reflector

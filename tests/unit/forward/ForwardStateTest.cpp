// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a forward, told as stories: what happens, and then how it stands and what it does.
#include "forward/ForwardState.h"

#include <gtest/gtest.h>

namespace binnacle::forward {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;

const PodEndpoint podA{"web-a", "uid-a", 80};
const PodEndpoint podB{"web-b", "uid-b", 80};

core::Error lost()
{
    return core::makeError(ErrorKind::Unreachable, "the connection broke off");
}
core::Error gone()
{
    return core::makeError(ErrorKind::NotFound, "it has no pods");
}

struct Moment
{
    state::Input input;
    ForwardPhase phase;
    state::Effects effects;
    std::chrono::milliseconds later{0}; ///< before it happens
};

void tell(const char *story, const std::vector<Moment> &moments)
{
    ForwardState forward;
    state::Circumstances circumstances;
    circumstances.now += 1h;
    std::size_t number = 0;
    for (const auto &moment : moments) {
        circumstances.now += moment.later;
        const auto effects = state::step(forward, moment.input, circumstances);
        EXPECT_EQ(forward.phase, moment.phase) << story << ", moment " << number << ": " << forward.reason;
        EXPECT_EQ(effects, moment.effects) << story << ", moment " << number;
        EXPECT_EQ(forward.reason.empty(), forward.phase == ForwardPhase::Active ||
                                              forward.phase == ForwardPhase::Stopped ||
                                              std::holds_alternative<state::Start>(moment.input))
            << story << ", moment " << number;
        ++number;
    }
}

const Moment start{state::Start{}, ForwardPhase::Starting, {state::Listen{}}};
const Moment listening{state::ListenerOpened{}, ForwardPhase::Starting, {}};
const Moment foundA{state::EndpointFound{podA}, ForwardPhase::Probing, {state::Probe{podA}}};
const Moment passed{state::ProbePassed{}, ForwardPhase::Active, {state::Serve{}}};

TEST(ForwardState, BecomesActiveWhenAPodAnswers)
{
    tell("in order", {start, listening, foundA, passed, {state::EndpointFound{podA}, ForwardPhase::Active, {}}});
    tell("no pod yet", {start,
                        listening,
                        {state::EndpointLost{gone()}, ForwardPhase::Starting, {state::CancelProbe{}}},
                        {state::ConnectionWaits{}, ForwardPhase::Starting, {state::Refresh{}}},
                        foundA,
                        passed});
    tell("nothing listens in the pod yet",
         {start,
          listening,
          foundA,
          {state::ProbeFailed{lost()}, ForwardPhase::Reconnecting, {state::Wait{25ms}}},
          {state::TimerFired{}, ForwardPhase::Probing, {state::Probe{podA}}},
          {state::ProbeFailed{lost()}, ForwardPhase::Reconnecting, {state::Wait{50ms}}},
          {state::ConnectionWaits{}, ForwardPhase::Probing, {state::Probe{podA}}},
          passed});
}

TEST(ForwardState, GoesToAnotherPod)
{
    tell("a pod is replaced", {start,
                               listening,
                               foundA,
                               passed,
                               {state::EndpointLost{gone()}, ForwardPhase::Reconnecting, {state::CancelProbe{}}},
                               {state::EndpointFound{podB}, ForwardPhase::Probing, {state::Probe{podB}}},
                               passed});
    tell("a tunnel breaks", {start,
                             listening,
                             foundA,
                             passed,
                             {state::TunnelFailed{podA, lost()}, ForwardPhase::Reconnecting, {state::Wait{25ms}}, 2s},
                             {state::TunnelFailed{podA, lost()}, ForwardPhase::Reconnecting, {}},
                             {state::TimerFired{}, ForwardPhase::Probing, {state::Probe{podA}}},
                             passed,
                             {state::TunnelFailed{podB, lost()}, ForwardPhase::Active, {}}});
    tell("the computer slept", {start,
                                listening,
                                foundA,
                                passed,
                                {state::Reconnect{}, ForwardPhase::Probing, {state::Refresh{}, state::Probe{podA}}},
                                passed});
}

TEST(ForwardState, WaitsLongerTheOftenerItFails)
{
    tell("what breaks at once waits on",
         {start,
          listening,
          foundA,
          passed,
          {state::TunnelFailed{podA, lost()}, ForwardPhase::Reconnecting, {state::Wait{25ms}}, 10ms},
          {state::TimerFired{}, ForwardPhase::Probing, {state::Probe{podA}}},
          passed,
          {state::TunnelFailed{podA, lost()}, ForwardPhase::Reconnecting, {state::Wait{50ms}}, 10ms},
          {state::TimerFired{}, ForwardPhase::Probing, {state::Probe{podA}}},
          passed,
          {state::TunnelFailed{podA, lost()}, ForwardPhase::Reconnecting, {state::Wait{25ms}}, 2s}});
    ForwardState forward;
    forward.phase = ForwardPhase::Probing;
    forward.endpoint = podA;
    for (int failure = 0; failure < 40; ++failure) {
        const auto effects = state::step(forward, state::ProbeFailed{lost()}, {{}, 0.999999});
        const auto delay = std::get<state::Wait>(effects.front()).delay;
        EXPECT_GT(delay, 0ms);
        EXPECT_LE(delay, 15s);
        (void)state::step(forward, state::TimerFired{}, {});
    }
}

TEST(ForwardState, SaysWhenWaitingDoesNotHelp)
{
    const auto taken = core::makeError(ErrorKind::Io, "the local port 80 cannot be used", "choose another");
    const auto forbidden = core::makeError(ErrorKind::Forbidden, "may not");
    const state::Effects closed{state::CancelProbe{}, state::Close{}};
    tell("the local port is taken", {start,
                                     {state::ListenerFailed{taken}, ForwardPhase::Failed, closed},
                                     {state::EndpointFound{podA}, ForwardPhase::Failed, {}},
                                     {state::TimerFired{}, ForwardPhase::Failed, {}},
                                     {state::Reconnect{}, ForwardPhase::Failed, {}}});
    tell("it is forbidden", {start, listening, foundA, {state::ProbeFailed{forbidden}, ForwardPhase::Failed, closed}});
    tell("the service has no such port",
         {start, listening, {state::EndpointLost{gone(), true}, ForwardPhase::Failed, closed}});
    tell("it is stopped, and started again", {start,
                                              listening,
                                              foundA,
                                              passed,
                                              {state::Stop{}, ForwardPhase::Stopped, closed},
                                              {state::ProbePassed{}, ForwardPhase::Stopped, {}},
                                              {state::Stop{}, ForwardPhase::Stopped, {}},
                                              {state::Start{}, ForwardPhase::Starting, {state::Listen{}}}});
}

} // namespace
} // namespace binnacle::forward

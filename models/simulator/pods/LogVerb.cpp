// SPDX-License-Identifier: GPL-3.0-or-later
// pods/NAME/log: PodLogOptions as the API server checks them, and what the kubelet sends.
#include "simulator/ApiServer.h"
#include "simulator/Text.h"
#include "simulator/pods/LogFollower.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace binnacle::simulator {

using core::Json;

namespace {

std::vector<std::string> containerNames(const Json &pod, const char *list)
{
    std::vector<std::string> names;
    for (const Json &container : at(pod, {"spec", list}))
        names.push_back(textAt(container, {"name"}));
    return names;
}

const Json &statusOf(const Json &pod, const std::string &container)
{
    static const Json none;
    for (const char *const list : {"containerStatuses", "initContainerStatuses"})
        for (const Json &candidate : at(pod, {"status", list}))
            if (textAt(candidate, {"name"}) == container)
                return candidate;
    return none;
}

/// A parameter that is a number, at least `least`; what is wrong goes to `problems` as the API server says it.
std::optional<long long> numberOf(const HttpRequest &request, const char *name, long long least,
                                  std::vector<ApiCause> &problems)
{
    const std::string text = request.parameter(name);
    long long value = 0;
    if (text.empty())
        return std::nullopt;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc() || value < least)
        problems.push_back({"FieldValueInvalid",
                            "Invalid value: " + text + ": must be greater than " + (least == 0 ? "or equal to 0" : "0"),
                            name});
    return value;
}

ApiError invalidOptions(const std::string &pod, const std::vector<ApiCause> &problems)
{
    ApiError error{422, "Invalid", "PodLogOptions \"" + pod + "\" is invalid: "};
    for (const auto &problem : problems) {
        error.message += (error.causes.empty() ? "" : ", ") + problem.field + ": " + problem.message;
        error.causes.push_back(problem);
    }
    return error;
}

} // namespace

std::string LogFollower::lines()
{
    std::string text;
    const std::size_t end = log.countUntil(now());
    for (; next < end && bytesLeft > 0; ++next) {
        const auto time = log.timeOf(next);
        if (time < since)
            continue;
        std::string line = (stamped ? stampOf(time) + " " : "") + log.textOf(next) + "\n";
        line.resize(std::min<std::size_t>(line.size(), static_cast<std::size_t>(bytesLeft)));
        bytesLeft -= static_cast<long long>(line.size());
        text += line;
    }
    return text;
}

std::string LogFollower::stampOf(ContainerLog::Time time)
{
    const auto nanoseconds =
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count() % 1'000'000'000;
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%09lldZ", static_cast<long long>(nanoseconds));
    const auto seconds = core::formatTime(time);
    return seconds.substr(0, seconds.size() - 1) + fraction.data();
}

HttpResponse ApiServer::podLog(const HttpRequest &request, const ApiPath &path)
{
    const auto pod = m_registry.get(*path.resource, {path.nameSpace, path.name});
    if (!pod)
        return errorResponse(pod.error());
    std::vector<ApiCause> problems;
    const auto tail = numberOf(request, "tailLines", 0, problems);
    const auto sinceSeconds = numberOf(request, "sinceSeconds", 1, problems);
    const auto limit = numberOf(request, "limitBytes", 1, problems);
    const auto sinceTime = core::parseTime(request.parameter("sinceTime"));
    if (sinceSeconds && sinceTime)
        problems.push_back(
            {"FieldValueForbidden", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified", ""});
    if (!problems.empty())
        return errorResponse(invalidOptions(path.name, problems));
    const auto names = containerNames(*pod, "containers");
    const auto initial = containerNames(*pod, "initContainers");
    std::string container = request.parameter("container");
    if (container.empty() && names.size() + initial.size() > 1)
        return errorResponse(badRequest(
            "a container name must be specified for pod " + path.name + ", choose one of: [" + join(names, " ") + "]" +
            (initial.empty() ? "" : " or one of the init containers: [" + join(initial, " ") + "]")));
    if (container.empty())
        container = names[0];
    const auto has = [&container](const auto &list) {
        return std::find(list.begin(), list.end(), container) != list.end();
    };
    if (!has(names) && !has(initial))
        return errorResponse(badRequest("container " + container + " is not valid for pod " + path.name));
    const Json &status = statusOf(*pod, container);
    const bool previous = request.flag("previous");
    auto log = status.is_object() ? ContainerLog::of(*pod, status, previous) : std::nullopt;
    const std::string named = "container \"" + container + "\" in pod \"" + path.name + "\"";
    if (!log && previous)
        return errorResponse(badRequest("previous terminated " + named + " not found"));
    if (!log) {
        const std::string waiting = textAt(status, {"state", "waiting", "reason"});
        return errorResponse(
            badRequest(named + " is waiting to start: " + (waiting.empty() ? "ContainerCreating" : waiting)));
    }
    LogFollower follower(*log, m_state.clock);
    follower.stamped = request.flag("timestamps");
    follower.bytesLeft = limit.value_or(follower.bytesLeft);
    follower.since = sinceTime      ? *sinceTime
                     : sinceSeconds ? m_state.clock.now() - std::chrono::seconds(*sinceSeconds)
                                    : ContainerLog::Time();
    const auto now = m_state.clock.now();
    follower.next = log->first(now);
    if (tail)
        follower.next = std::max(follower.next, log->countUntil(now) -
                                                    std::min(log->countUntil(now), static_cast<std::size_t>(*tail)));
    HttpResponse response;
    response.contentType = "text/plain";
    std::string text = follower.lines();
    if (!request.flag("follow") || log->hasEnded()) {
        response.body = std::move(text);
        return response;
    }
    response.stream = std::make_shared<HttpStream>();
    if (!text.empty())
        response.stream->send(std::move(text));
    follower.stream = response.stream;
    follower.pod = {path.nameSpace, path.name};
    follower.uid = textAt(*pod, {"metadata", "uid"});
    follower.container = container;
    follower.restarts = status.value("restartCount", 0);
    m_followers.push_back(std::move(follower));
    return response;
}

/// Sends what has been logged since the last time; ends with the instance, or with its pod.
void ApiServer::followLogs()
{
    std::erase_if(m_followers, [this](LogFollower &follower) {
        const auto stream = follower.stream.lock();
        if (!stream)
            return true;
        if (std::string text = follower.lines(); !text.empty())
            stream->send(std::move(text));
        const auto stored = m_state.storage.get("pods", follower.pod);
        const bool isThere = stored && textAt(stored->object(), {"metadata", "uid"}) == follower.uid;
        const Json none;
        const Json &status = isThere ? statusOf(stored->object(), follower.container) : none;
        const bool goesOn = status.is_object() && at(status, {"state", "running"}).is_object() &&
                            status.value("restartCount", 0) == follower.restarts && follower.bytesLeft > 0;
        if (!goesOn)
            stream->finish();
        return !goesOn;
    });
}

} // namespace binnacle::simulator

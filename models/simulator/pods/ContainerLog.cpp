// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/ContainerLog.h"

#include "core/Clock.h"
#include "simulator/Text.h"
#include "simulator/pods/Container.h"

#include <nlohmann/json.hpp>

#include <array>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr std::size_t mostKept = 5'000;

/// FNV-1a, and a last mixing: neighbouring lines shall not look alike.
std::uint64_t hash(std::string_view text, std::uint64_t seed = 14'695'981'039'346'656'037ULL)
{
    for (const char c : text)
        seed = (seed ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
    return seed;
}

std::uint64_t mixed(std::uint64_t value)
{
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    return value;
}

constexpr std::array paths{"/api/users", "/api/sessions", "/api/models", "/health/ready", "/api/predict", "/metrics"};

std::string number(std::uint64_t value)
{
    return std::to_string(value);
}

} // namespace

std::optional<ContainerLog> ContainerLog::of(const Json &pod, const Json &status, bool previous)
{
    ContainerLog log;
    const Json &running = at(status, {"state", "running"});
    const Json &terminated = at(status, {"state", "terminated"});
    const Json &last = at(status, {"lastState", "terminated"});
    const Json &end = previous || (!running.is_object() && !terminated.is_object()) ? last : terminated;
    const bool isRunning = !previous && running.is_object();
    if (!isRunning && !end.is_object())
        return std::nullopt;
    const auto started = core::parseTime(textAt(isRunning ? running : end, {"startedAt"}));
    if (!started)
        return std::nullopt;
    log.m_started = *started;
    if (!isRunning) {
        log.m_ended = core::parseTime(textAt(end, {"finishedAt"})).value_or(*started);
        if (numberAt(end, {"exitCode"}) != 0)
            log.m_lastWords =
                "terminated: " + textAt(end, {"reason"}) + ", exit code " + std::to_string(numberAt(end, {"exitCode"}));
    }
    log.m_container = textAt(status, {"name"});
    log.m_seed = hash(log.m_container, hash(textAt(pod, {"metadata", "uid"})));
    const std::string image = textAt(status, {"image"});
    const auto contains = [&image](const char *word) { return image.find(word) != std::string::npos; };
    if (isPostgresImage(image))
        log.m_kind = Kind::Postgres;
    else if (contains("redis"))
        log.m_kind = Kind::Redis;
    else if (contains("nginx") || contains("frontend"))
        log.m_kind = Kind::WebServer;
    else if (contains("prometheus"))
        log.m_kind = Kind::Prometheus;
    else if (contains("backend"))
        log.m_kind = Kind::Json;
    if (log.m_kind == Kind::Postgres || log.m_kind == Kind::Redis || log.m_kind == Kind::Prometheus)
        log.m_period = std::chrono::milliseconds(4'000);
    return log;
}

std::uint64_t ContainerLog::noise(std::size_t line) const
{
    return mixed(m_seed + line * 0x9e3779b97f4a7c15ULL);
}

ContainerLog::Time ContainerLog::timeOf(std::size_t line) const
{
    if (m_ended && line + 1 == countUntil(*m_ended) && !m_lastWords.empty())
        return *m_ended;
    const auto period = std::chrono::microseconds(m_period);
    return m_started + period * static_cast<long long>(line) +
           std::chrono::microseconds(noise(line) % static_cast<std::uint64_t>(period.count()));
}

std::size_t ContainerLog::countRunning(Time time) const
{
    if (time < m_started)
        return 0;
    const auto whole = static_cast<std::size_t>((time - m_started) / std::chrono::microseconds(m_period));
    const auto period = std::chrono::microseconds(m_period);
    const auto last = m_started + period * static_cast<long long>(whole) +
                      std::chrono::microseconds(noise(whole) % static_cast<std::uint64_t>(period.count()));
    return last <= time ? whole + 1 : whole;
}

std::size_t ContainerLog::countUntil(Time time) const
{
    if (!m_ended || time < *m_ended)
        return countRunning(time);
    return countRunning(*m_ended) + (m_lastWords.empty() ? 0 : 1);
}

std::size_t ContainerLog::first(Time now) const
{
    const std::size_t all = countUntil(now);
    return all > mostKept ? all - mostKept : 0;
}

std::string ContainerLog::textOf(std::size_t line) const
{
    const bool isLast = m_ended && !m_lastWords.empty() && line + 1 == countUntil(*m_ended);
    if (isLast)
        return m_kind == Kind::Json ? Json{{"level", "fatal"}, {"logger", m_container}, {"msg", m_lastWords}}.dump()
                                    : "level=fatal component=" + m_container + " msg=\"" + m_lastWords + "\"";
    return words(line);
}

std::string ContainerLog::words(std::size_t line) const
{
    const std::uint64_t chance = noise(line);
    const std::string path = paths[chance / 7 % paths.size()];
    const std::string milliseconds = number(2 + chance / 11 % 90);
    const bool isBad = line > 2 && chance % 97 == 0;
    const bool isSlow = line > 2 && chance % 23 == 0;
    const std::string time = core::formatTime(m_started + m_period * static_cast<long long>(line));
    switch (m_kind) {
    case Kind::WebServer:
        return "10.244.1." + number(2 + chance % 200) + " - - [" + time + "] \"GET " + path + " HTTP/1.1\" " +
               (isBad ? "502" : "200") + " " + number(180 + chance % 9000) + " \"-\" \"Mozilla/5.0\"";
    case Kind::Postgres:
        if (isBad)
            return time + " UTC [" + number(60 + line % 40) + "] ERROR:  deadlock detected";
        return time + " UTC [27] LOG:  checkpoint complete: wrote " + number(3 + chance % 400) + " buffers (0.2%)";
    case Kind::Redis:
        return std::string("1:M 21 Nov 2026 18:00:00.000 ") + (isBad ? "# " : "* ") +
               (isBad ? "WARNING overcommit_memory is set to 0!"
                      : number(100 + chance % 900) + " changes in 300 seconds. Saving...");
    case Kind::Prometheus:
        return "ts=" + time + " caller=head.go:1299 level=" + (isBad ? "warn" : "info") +
               " component=tsdb msg=\"Head GC completed\" duration=" + milliseconds + "ms";
    case Kind::Json:
        if (line == 0)
            return Json{{"level", "info"}, {"logger", m_container}, {"msg", "started, listening"}, {"port", 5000}}
                .dump();
        return Json{{"level", isBad    ? "error"
                              : isSlow ? "warning"
                                       : "info"},
                    {"logger", m_container},
                    {"msg", isBad    ? "request failed: connection to postgres refused"
                            : isSlow ? "request took long"
                                     : "request handled"},
                    {"path", path},
                    {"status", isBad ? 500 : 200},
                    {"duration_ms", (isSlow ? 1'000 : 0) + static_cast<int>(2 + chance / 11 % 90)}}
            .dump();
    case Kind::Application:
        break;
    }
    if (line == 0)
        return "level=info component=" + m_container + " msg=\"started, listening\"";
    return std::string("level=") +
           (isBad    ? "error"
            : isSlow ? "warn"
                     : "info") +
           " component=" + m_container +
           (isBad ? " msg=\"flush failed: connection reset\"" : " msg=\"request handled in " + milliseconds + " ms\"");
}

} // namespace binnacle::simulator

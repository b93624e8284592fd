// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace binnacle::core {

/// Time as a dependency: whatever waits, ages or stamps takes a Clock, so that tests can drive it. Thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;
    /// Wall time, for stamps and for ages of the server's timestamps.
    [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
    /// Monotonic time, for durations and deadlines.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point monotonic() const = 0;
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override;
};

/// A clock that stands still until advanced. Not thread-safe: advance it where it is read.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(std::chrono::system_clock::time_point start) : m_now(start) {}
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return m_now; }
    [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override { return m_monotonic; }
    void advance(std::chrono::milliseconds by);

private:
    std::chrono::system_clock::time_point m_now;
    std::chrono::steady_clock::time_point m_monotonic{};
};

/// RFC 3339 in UTC with seconds, as Kubernetes writes metav1.Time: "2026-01-31T12:00:00Z".
[[nodiscard]] std::string formatTime(std::chrono::system_clock::time_point time);

/// Parses RFC 3339 with or without fractions and offsets; nothing when it is not one.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parseTime(std::string_view text);

/// "41 s", "3 min", "2 h 5 min", "4 d": for people, rounded down.
[[nodiscard]] std::string formatDuration(std::chrono::seconds duration);

} // namespace binnacle::core

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string>

namespace binnacle::simulator {

/// The five-field cron format of CronJob.spec.schedule, with steps, ranges, lists and @hourly and its like; UTC.
class CronSchedule
{
public:
    [[nodiscard]] static std::optional<CronSchedule> parse(const std::string &text);
    /// The first minute after `time` that matches; nothing within a year means never.
    [[nodiscard]] std::optional<std::chrono::system_clock::time_point>
    next(std::chrono::system_clock::time_point time) const;

private:
    std::array<std::set<int>, 5> m_fields; ///< minute, hour, day of month, month, day of week
    bool m_anyDay = true;                  ///< day of month is *
    bool m_anyWeekday = true;              ///< day of week is *
};

} // namespace binnacle::simulator

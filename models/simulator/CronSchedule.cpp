// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/CronSchedule.h"

#include "simulator/Text.h"

#include <ctime>
#include <map>

namespace binnacle::simulator {

namespace {

struct Range
{
    int low;
    int high;
};
constexpr std::array<Range, 5> ranges{{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}}};

std::optional<int> number(const std::string &text)
{
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos || text.size() > 4)
        return std::nullopt;
    return std::stoi(text);
}

bool addField(const std::string &text, Range range, std::set<int> &values)
{
    for (const std::string &part : split(text, ',')) {
        const auto stepped = split(part, '/');
        const auto step = stepped.size() > 1 ? number(stepped[1]) : std::optional<int>(1);
        Range chosen = range;
        if (stepped[0] != "*" && stepped[0] != "?") {
            const auto bounds = split(stepped[0], '-');
            const auto low = number(bounds[0]);
            const auto high = bounds.size() > 1 ? number(bounds[1]) : stepped.size() > 1 ? range.high : low;
            if (!low || !high)
                return false;
            chosen = {*low, *high};
        }
        if (!step || *step == 0 || chosen.low < range.low || chosen.high > range.high + (range.high == 6 ? 1 : 0))
            return false;
        for (int value = chosen.low; value <= chosen.high; value += *step)
            values.insert(range.high == 6 ? value % 7 : value);
    }
    return true;
}

} // namespace

std::optional<CronSchedule> CronSchedule::parse(const std::string &text)
{
    static const std::map<std::string, std::string> names = {
        {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
        {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"}};
    const auto named = names.find(text);
    const auto fields = split(named == names.end() ? text : named->second, ' ');
    if (fields.size() != 5)
        return std::nullopt;
    CronSchedule schedule;
    for (std::size_t i = 0; i < 5; ++i)
        if (!addField(fields[i], ranges[i], schedule.m_fields[i]))
            return std::nullopt;
    schedule.m_anyDay = fields[2][0] == '*';
    schedule.m_anyWeekday = fields[4][0] == '*';
    return schedule;
}

std::optional<std::chrono::system_clock::time_point>
CronSchedule::next(std::chrono::system_clock::time_point time) const
{
    using namespace std::chrono;
    auto minute = floor<minutes>(time) + minutes(1);
    const auto end = minute + hours(24 * 366);
    while (minute < end) {
        const std::time_t seconds = system_clock::to_time_t(minute);
        std::tm parts{};
#ifdef _WIN32
        gmtime_s(&parts, &seconds);
#else
        gmtime_r(&seconds, &parts);
#endif
        const bool day = m_fields[2].count(parts.tm_mday) > 0;
        const bool weekday = m_fields[4].count(parts.tm_wday) > 0;
        // With both days restricted, either suffices (crontab(5)).
        const bool dayMatches = m_anyDay || m_anyWeekday ? day && weekday : day || weekday;
        if (!dayMatches || m_fields[3].count(parts.tm_mon + 1) == 0)
            minute += hours(24) - hours(parts.tm_hour) - minutes(parts.tm_min);
        else if (m_fields[1].count(parts.tm_hour) == 0)
            minute += minutes(60 - parts.tm_min);
        else if (m_fields[0].count(parts.tm_min) == 0)
            minute += minutes(1);
        else
            return minute;
    }
    return std::nullopt;
}

} // namespace binnacle::simulator

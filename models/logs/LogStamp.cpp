// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogStamp.h"

#include <array>
#include <cstdio>

namespace binnacle::logs {

namespace {

constexpr Stamp second = 1'000'000'000;
constexpr std::size_t prefixLength = 19; ///< "2026-01-31T12:00:00"

/// The number that these digits are, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count)
{
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// Howard Hinnant's days_from_civil: days since 1970 of a date of the Gregorian calendar.
std::int64_t daysOf(int year, int month, int day)
{
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t yearOfEra = y - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

std::optional<Stamp> secondsOf(std::string_view text)
{
    if (text.size() < prefixLength || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':')
        return std::nullopt;
    const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), sec = digits(text, 17, 2);
    if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || sec < 0 || sec > 60)
        return std::nullopt;
    return daysOf(year, month, day) * 86'400 + hour * 3'600 + minute * 60 + sec;
}

/// What follows the seconds: a fraction and an offset.
std::optional<ParsedStamp> withRest(Stamp seconds, std::string_view line)
{
    std::size_t at = prefixLength;
    Stamp fraction = 0;
    if (at < line.size() && line[at] == '.') {
        Stamp place = second / 10;
        const std::size_t first = ++at;
        for (; at < line.size() && line[at] >= '0' && line[at] <= '9'; ++at) {
            fraction += place * (line[at] - '0');
            place /= 10;
        }
        if (at == first)
            return std::nullopt;
    }
    if (at >= line.size())
        return std::nullopt;
    if (line[at] == 'Z')
        return ParsedStamp{seconds * second + fraction, at + 1};
    if ((line[at] != '+' && line[at] != '-') || line.size() < at + 6 || line[at + 3] != ':')
        return std::nullopt;
    const int hours = digits(line, at + 1, 2), minutes = digits(line, at + 4, 2);
    if (hours < 0 || minutes < 0)
        return std::nullopt;
    const Stamp offset = (hours * 60 + minutes) * 60;
    return ParsedStamp{(line[at] == '+' ? seconds - offset : seconds + offset) * second + fraction, at + 6};
}

struct CivilTime
{
    std::int64_t year = 0;
    int month = 0, day = 0, hour = 0, minute = 0, second = 0, nanoseconds = 0;
};

CivilTime civilOf(Stamp stamp)
{
    std::int64_t seconds = stamp / second;
    std::int64_t rest = stamp % second;
    if (rest < 0) {
        rest += second;
        --seconds;
    }
    std::int64_t days = seconds / 86'400;
    std::int64_t inDay = seconds % 86'400;
    if (inDay < 0) {
        inDay += 86'400;
        --days;
    }
    // Howard Hinnant's civil_from_days.
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t dayOfEra = days - era * 146'097;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1'460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    CivilTime time;
    time.day = static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1);
    time.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    time.year = yearOfEra + era * 400 + (time.month <= 2 ? 1 : 0);
    time.hour = static_cast<int>(inDay / 3'600);
    time.minute = static_cast<int>(inDay / 60 % 60);
    time.second = static_cast<int>(inDay % 60);
    time.nanoseconds = static_cast<int>(rest);
    return time;
}

} // namespace

std::optional<ParsedStamp> parseStamp(std::string_view line)
{
    const auto seconds = secondsOf(line);
    return seconds ? withRest(*seconds, line) : std::nullopt;
}

std::optional<ParsedStamp> StampReader::read(std::string_view line)
{
    if (!m_prefix.empty() && line.substr(0, prefixLength) == m_prefix)
        return withRest(m_seconds, line);
    const auto seconds = secondsOf(line);
    if (!seconds)
        return std::nullopt;
    m_prefix = line.substr(0, prefixLength);
    m_seconds = *seconds;
    return withRest(m_seconds, line);
}

std::string formatStamp(Stamp stamp)
{
    const CivilTime time = civilOf(stamp);
    std::array<char, 48> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", static_cast<int>(time.year),
                      time.month, time.day, time.hour, time.minute, time.second, time.nanoseconds);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string formatSeconds(Stamp stamp)
{
    return formatStamp(stamp).substr(0, prefixLength) + "Z";
}

} // namespace binnacle::logs

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Clock.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

namespace binnacle::core {

std::chrono::system_clock::time_point SystemClock::now() const
{
    return std::chrono::system_clock::now();
}

std::chrono::steady_clock::time_point SystemClock::monotonic() const
{
    return std::chrono::steady_clock::now();
}

void ManualClock::advance(std::chrono::milliseconds by)
{
    m_now += by;
    m_monotonic += by;
}

std::string formatTime(std::chrono::system_clock::time_point time)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    return QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(Qt::ISODate).toStdString();
}

std::optional<std::chrono::system_clock::time_point> parseTime(std::string_view text)
{
    const auto parsed =
        QDateTime::fromString(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), Qt::ISODateWithMs);
    if (!parsed.isValid())
        return std::nullopt;
    // The clock counts nanoseconds and ends in 2262: "never expires" may be written as a later year.
    using Point = std::chrono::system_clock::time_point;
    const auto furthest = std::chrono::duration_cast<std::chrono::milliseconds>(Point::duration::max());
    const std::chrono::milliseconds since(parsed.toMSecsSinceEpoch());
    return Point(std::clamp(since, -furthest, furthest));
}

std::string formatDuration(std::chrono::seconds duration)
{
    const auto total = duration.count() < 0 ? 0 : duration.count();
    constexpr long long minute = 60, hour = 3600, day = 86400;
    if (total < minute)
        return std::to_string(total) + " s";
    if (total < hour)
        return std::to_string(total / minute) + " min";
    if (total < day)
        return std::to_string(total / hour) + " h " + std::to_string(total % hour / minute) + " min";
    return std::to_string(total / day) + " d";
}

} // namespace binnacle::core

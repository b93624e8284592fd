// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Durations.h"

#include "core/Clock.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace binnacle::metrics {

namespace {

using std::chrono::milliseconds;

struct Unit
{
    std::string_view name;
    std::int64_t milliseconds;
};

/// Largest first; "ms" is looked for before "m".
constexpr std::array<Unit, 7> units = {{{"y", 31'536'000'000},
                                        {"w", 604'800'000},
                                        {"d", 86'400'000},
                                        {"h", 3'600'000},
                                        {"m", 60'000},
                                        {"s", 1'000},
                                        {"ms", 1}}};

constexpr std::array<int, 20> readableSteps = {1,   2,    5,    10,   15,   30,    60,    120,   300,   600,
                                               900, 1200, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400};

} // namespace

std::optional<milliseconds> durationFromText(std::string_view text)
{
    std::int64_t total = 0;
    bool bare = false;
    if (text.empty())
        return std::nullopt;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (problem != std::errc() || count < 0 || count > 1'000'000'000 || bare)
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const auto letters = std::min(text.find_first_of("0123456789"), text.size());
        const auto name = text.substr(0, letters);
        const auto unit =
            std::find_if(units.begin(), units.end(), [name](const Unit &each) { return each.name == name; });
        if (unit == units.end() && !(name.empty() && total == 0))
            return std::nullopt;
        bare = name.empty();
        total += count * (bare ? 1'000 : unit->milliseconds);
        text.remove_prefix(letters);
    }
    return total > 0 ? std::optional(milliseconds(total)) : std::nullopt;
}

std::string durationText(milliseconds duration)
{
    std::string text;
    std::int64_t rest = duration.count();
    for (const auto &unit : units) {
        // Weeks and years are read less easily than days.
        if (unit.name == "y" || unit.name == "w" || rest < unit.milliseconds)
            continue;
        text += std::to_string(rest / unit.milliseconds) + std::string(unit.name);
        rest %= unit.milliseconds;
    }
    return text.empty() ? "0s" : text;
}

std::optional<Time> timeFromText(const std::string &text)
{
    if (const auto time = core::parseTime(text))
        return time;
    double seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (problem != std::errc() || end != text.data() + text.size() || !(seconds > 0) || seconds > 1e11)
        return std::nullopt;
    return Time(std::chrono::duration_cast<Time::duration>(milliseconds(std::llround(seconds * 1000))));
}

std::string isoText(std::int64_t milliseconds)
{
    const Time time(std::chrono::duration_cast<Time::duration>(std::chrono::milliseconds(milliseconds)));
    std::string text = core::formatTime(time);
    if (const auto rest = milliseconds % 1000; rest > 0) {
        std::string digits = std::to_string(rest);
        text.insert(text.size() - 1, "." + std::string(3 - digits.size(), '0') + digits);
    }
    return text;
}

TimeRange rangeEnding(Time end, milliseconds length, int points, milliseconds finest)
{
    // Both ends have a value.
    const auto least = std::max<std::int64_t>((length.count() + points - 2) / std::max(1, points - 1), finest.count());
    std::int64_t step = 86'400'000;
    for (const int seconds : readableSteps) {
        if (seconds * 1000LL >= least) {
            step = seconds * 1000LL;
            break;
        }
    }
    step = std::max(step, (least + step - 1) / step * step);
    const auto now = std::chrono::duration_cast<milliseconds>(end.time_since_epoch()).count();
    const auto last = now / step * step;
    const auto first = last - length.count() / step * step;
    const auto at = [](std::int64_t count) {
        return Time(std::chrono::duration_cast<Time::duration>(milliseconds(count)));
    };
    return {at(first), at(last), milliseconds(step)};
}

milliseconds rateWindow(milliseconds step, milliseconds scrapeInterval)
{
    return std::max(4 * scrapeInterval, step + scrapeInterval);
}

} // namespace binnacle::metrics

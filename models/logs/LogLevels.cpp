// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogLevels.h"

#include "logs/AnsiText.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace binnacle::logs {

namespace {

constexpr std::size_t mostLooked = 512;
constexpr std::size_t mostOfPrefix = 96; ///< where loggers put the level: behind a time, a host and a thread at most

struct Word
{
    std::string_view text; ///< in lower case
    LogLevel level;
};

constexpr std::array words{
    Word{"trace", LogLevel::Trace},     Word{"trc", LogLevel::Trace},        Word{"verbose", LogLevel::Debug},
    Word{"debug", LogLevel::Debug},     Word{"dbg", LogLevel::Debug},        Word{"debug1", LogLevel::Debug},
    Word{"info", LogLevel::Info},       Word{"information", LogLevel::Info}, Word{"inf", LogLevel::Info},
    Word{"notice", LogLevel::Info},     Word{"log", LogLevel::Info},         Word{"warn", LogLevel::Warning},
    Word{"warning", LogLevel::Warning}, Word{"wrn", LogLevel::Warning},      Word{"error", LogLevel::Error},
    Word{"err", LogLevel::Error},       Word{"eror", LogLevel::Error},       Word{"severe", LogLevel::Error},
    Word{"fatal", LogLevel::Fatal},     Word{"ftl", LogLevel::Fatal},        Word{"critical", LogLevel::Fatal},
    Word{"crit", LogLevel::Fatal},      Word{"panic", LogLevel::Fatal},      Word{"alert", LogLevel::Fatal},
    Word{"emerg", LogLevel::Fatal},     Word{"emergency", LogLevel::Fatal},
};

bool isLetter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// bunyan and pino: 10 trace ... 60 fatal.
LogLevel levelFromNumber(int number)
{
    if (number < 10)
        return LogLevel::None;
    constexpr std::array steps{LogLevel::Trace,   LogLevel::Debug, LogLevel::Info,
                               LogLevel::Warning, LogLevel::Error, LogLevel::Fatal};
    return steps[static_cast<std::size_t>(std::min(number / 10, 6) - 1)];
}

/// The value behind `"key":`, as far as it is a word or a number.
LogLevel jsonValue(std::string_view rest)
{
    const auto skip = [&rest](char c) {
        while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t'))
            rest.remove_prefix(1);
        const bool there = !rest.empty() && rest.front() == c;
        if (there)
            rest.remove_prefix(1);
        return there;
    };
    if (!skip(':'))
        return LogLevel::None;
    if (skip('"'))
        return levelFromWord(rest.substr(0, rest.find('"')));
    int number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(rest.size(), 8), number);
    return parsed.ec == std::errc() ? levelFromNumber(number) : LogLevel::None;
}

LogLevel jsonLevel(std::string_view line)
{
    for (const std::string_view key :
         {"\"level\"", "\"severity\"", "\"lvl\"", "\"levelname\"", "\"log.level\"", "\"@l\"", "\"loglevel\""}) {
        for (auto at = line.find(key); at != std::string_view::npos; at = line.find(key, at + key.size())) {
            if (const LogLevel level = jsonValue(line.substr(at + key.size())); level != LogLevel::None)
                return level;
        }
    }
    return LogLevel::None;
}

/// klog: I0131 12:00:00.000000 ...
LogLevel klogLevel(std::string_view line)
{
    if (line.size() < 6 || line[5] != ' ' ||
        !std::all_of(line.begin() + 1, line.begin() + 5, [](char c) { return c >= '0' && c <= '9'; }))
        return LogLevel::None;
    switch (line[0]) {
    case 'I':
        return LogLevel::Info;
    case 'W':
        return LogLevel::Warning;
    case 'E':
        return LogLevel::Error;
    case 'F':
        return LogLevel::Fatal;
    default:
        return LogLevel::None;
    }
}

/// Redis marks its lines with one sign behind the time: "1:M 21 Nov 2026 18:00:00.000 # Warning: ...".
LogLevel redisLevel(std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == 0 || colon > 8 || colon + 2 >= line.size() || line[colon + 2] != ' ' ||
        std::string_view("MSCX").find(line[colon + 1]) == std::string_view::npos ||
        !std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return c >= '0' && c <= '9'; }))
        return LogLevel::None;
    for (std::size_t at = colon + 3; at + 2 < std::min<std::size_t>(line.size(), 48); ++at) {
        if (line[at] != ' ' || line[at + 2] != ' ')
            continue;
        switch (line[at + 1]) {
        case '#':
            return LogLevel::Warning;
        case '*':
            return LogLevel::Info;
        case '-':
        case '.':
            return LogLevel::Debug;
        default:
            break;
        }
    }
    return LogLevel::None;
}

LogLevel logfmtLevel(std::string_view line)
{
    for (const std::string_view key : {"level=", "lvl=", "severity="}) {
        for (auto at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
            if (at > 0 && line[at - 1] != ' ')
                continue;
            auto value = line.substr(at + key.size());
            if (!value.empty() && value.front() == '"')
                value.remove_prefix(1);
            const auto end = std::find_if_not(value.begin(), value.end(), isLetter);
            if (const auto level = levelFromWord(value.substr(0, static_cast<std::size_t>(end - value.begin())));
                level != LogLevel::None)
                return level;
        }
    }
    return LogLevel::None;
}

/// A level's word that stands for itself: in brackets, before a colon, or in capitals.
LogLevel wordLevel(std::string_view line)
{
    line = line.substr(0, mostOfPrefix);
    std::size_t at = 0;
    while (at < line.size()) {
        if (!isLetter(line[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < line.size() && isLetter(line[end]))
            ++end;
        const auto word = line.substr(at, end - at);
        const bool isBracketed =
            at > 0 && end < line.size() &&
            ((line[at - 1] == '[' && line[end] == ']') || (line[at - 1] == '<' && line[end] == '>'));
        const bool isLabel = end < line.size() && line[end] == ':' && at == 0;
        const bool isCapital =
            std::none_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; }) && word.size() > 2;
        if (isBracketed || isLabel || isCapital) {
            if (const LogLevel level = levelFromWord(word); level != LogLevel::None)
                return level;
        }
        at = end;
    }
    return LogLevel::None;
}

} // namespace

LogLevel levelFromWord(std::string_view word)
{
    constexpr std::size_t longest = 11;
    if (word.size() < 3 || word.size() > longest)
        return LogLevel::None;
    std::array<char, longest> lower{};
    std::transform(word.begin(), word.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const std::string_view text(lower.data(), word.size());
    const auto found = std::find_if(words.begin(), words.end(), [&](const Word &entry) { return entry.text == text; });
    return found == words.end() ? LogLevel::None : found->level;
}

LogLevel levelOf(std::string_view line)
{
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
        line.remove_prefix(1);
    if (line.empty())
        return LogLevel::None;
    if (line.front() == '{')
        return jsonLevel(line);
    line = line.substr(0, mostLooked);
    if (line.find('\x1b') != std::string_view::npos) {
        const std::string plain = withoutAnsi(line);
        return plain.empty() || plain.front() == '\x1b' ? LogLevel::None : levelOf(plain);
    }
    for (const auto read : {klogLevel, redisLevel, logfmtLevel, wordLevel}) {
        if (const LogLevel level = read(line); level != LogLevel::None)
            return level;
    }
    return LogLevel::None;
}

std::optional<LogLevel> levelFromText(std::string_view text)
{
    const LogLevel level = levelFromWord(text);
    return level == LogLevel::None ? std::nullopt : std::optional(level);
}

const char *toString(LogLevel level)
{
    switch (level) {
    case LogLevel::None:
        break;
    case LogLevel::Trace:
        return "trace";
    case LogLevel::Debug:
        return "debug";
    case LogLevel::Info:
        return "info";
    case LogLevel::Warning:
        return "warn";
    case LogLevel::Error:
        return "error";
    case LogLevel::Fatal:
        return "fatal";
    }
    return "";
}

} // namespace binnacle::logs

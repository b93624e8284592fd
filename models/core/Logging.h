// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class logger;
}

namespace binnacle::core {

enum class LogLevel { Trace, Debug, Info, Warning, Error, Off };

[[nodiscard]] std::optional<LogLevel> logLevelFromText(std::string_view text);

struct LogOptions
{
    std::filesystem::path directory; ///< empty: the system's place for logs of this application
    std::string fileName = "binnacle.log";
    LogLevel level = LogLevel::Info;
    bool toStandardError = false;
    std::size_t bytesPerFile = 5U << 20U;
    std::size_t files = 5;
    std::size_t linesKept = 2'000; ///< readable in the program
};

/// The program's log: a rotating file, and the last lines in memory. Made once by the composition root; whatever logs
/// gets the spdlog default logger, which start() installs. Every line passes redact() first. Thread-safe.
class Log
{
public:
    /// When the file cannot be opened the log still works in memory; the answer says why.
    [[nodiscard]] static Result<std::unique_ptr<Log>> start(const LogOptions &options);
    ~Log();
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;

    [[nodiscard]] std::vector<std::string> lastLines(std::size_t limit = 500) const;
    [[nodiscard]] std::filesystem::path file() const;
    void setLevel(LogLevel level);

private:
    Log();
    struct Private;
    std::unique_ptr<Private> d;
};

/// The text with whatever looks like a credential replaced by ***: Authorization and bearer values, JWTs, PEM private
/// keys, values of keys named like password, token, secret. A second line of defence: secrets are SecretString and
/// are never handed to the log in the first place.
[[nodiscard]] std::string redact(std::string_view text);

} // namespace binnacle::core

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Logging.h"

#include <QStandardPaths>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <regex>

namespace binnacle::core {

namespace {

/// Hands every message to its inner sinks with the payload redacted.
class RedactingSink final : public spdlog::sinks::base_sink<std::mutex>
{
public:
    explicit RedactingSink(std::vector<spdlog::sink_ptr> sinks) : m_sinks(std::move(sinks)) {}

protected:
    void sink_it_(const spdlog::details::log_msg &message) override
    {
        const std::string safe = redact({message.payload.data(), message.payload.size()});
        spdlog::details::log_msg copy = message;
        copy.payload = safe;
        for (const auto &sink : m_sinks)
            sink->log(copy);
    }

    void flush_() override
    {
        for (const auto &sink : m_sinks)
            sink->flush();
    }

private:
    std::vector<spdlog::sink_ptr> m_sinks;
};

spdlog::level::level_enum toSpdlog(LogLevel level)
{
    switch (level) {
    case LogLevel::Trace:
        return spdlog::level::trace;
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    case LogLevel::Off:
        return spdlog::level::off;
    }
    return spdlog::level::info;
}

std::filesystem::path defaultDirectory()
{
    // XDG wants logs in the state folder; Qt 6.4 has no name for it, and AppLocalData is its neighbour elsewhere.
#if defined(Q_OS_LINUX)
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    const QString home = QStandardPaths::writableLocation(QStandardPaths::HomeLocation);
    return std::filesystem::path((state.isEmpty() ? home + QStringLiteral("/.local/state") : state).toStdString()) /
           "binnacle";
#elif defined(Q_OS_MACOS)
    return std::filesystem::path(QStandardPaths::writableLocation(QStandardPaths::HomeLocation).toStdString()) /
           "Library/Logs/Binnacle";
#else
    return std::filesystem::path(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString()) /
           "Binnacle" / "logs";
#endif
}

} // namespace

struct Log::Private
{
    std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> ring;
    std::shared_ptr<spdlog::logger> logger;
    std::filesystem::path file;
};

Log::Log() : d(std::make_unique<Private>()) {}

Log::~Log()
{
    d->logger->flush();
    spdlog::shutdown();
}

std::optional<LogLevel> logLevelFromText(std::string_view text)
{
    constexpr std::pair<std::string_view, LogLevel> levels[] = {
        {"trace", LogLevel::Trace},     {"debug", LogLevel::Debug}, {"info", LogLevel::Info},
        {"warning", LogLevel::Warning}, {"error", LogLevel::Error}, {"off", LogLevel::Off}};
    for (const auto &[name, level] : levels) {
        if (name == text)
            return level;
    }
    return std::nullopt;
}

Result<std::unique_ptr<Log>> Log::start(const LogOptions &options)
{
    std::unique_ptr<Log> log(new Log);
    log->d->ring = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(options.linesKept);
    std::vector<spdlog::sink_ptr> sinks{log->d->ring};
    log->d->file = (options.directory.empty() ? defaultDirectory() : options.directory) / options.fileName;
    std::string problem;
    try {
        std::filesystem::create_directories(log->d->file.parent_path());
        sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(log->d->file.string(),
                                                                               options.bytesPerFile, options.files));
    } catch (const std::exception &exception) {
        problem = exception.what();
        log->d->file.clear();
    }
    if (options.toStandardError)
        sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    log->d->logger = std::make_shared<spdlog::logger>("binnacle", std::make_shared<RedactingSink>(std::move(sinks)));
    log->d->logger->set_level(toSpdlog(options.level));
    log->d->logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(log->d->logger);
    if (!problem.empty())
        spdlog::warn("No log file: {}. Lines are kept in memory only.", problem);
    return log;
}

std::vector<std::string> Log::lastLines(std::size_t limit) const
{
    return d->ring->last_formatted(limit);
}

std::filesystem::path Log::file() const
{
    return d->file;
}

void Log::setLevel(LogLevel level)
{
    d->logger->set_level(toSpdlog(level));
}

std::string redact(std::string_view text)
{
    // Most lines hold none of these; the expressions are costly, so look for their anchors first.
    static const std::regex anchors("bearer |basic |authorization|passw|secret|token|api[_-]?key|eyJ|PRIVATE KEY",
                                    std::regex::icase | std::regex::optimize);
    std::string result(text);
    if (!std::regex_search(result, anchors))
        return result;
    static const std::pair<std::regex, const char *> rules[] = {
        {std::regex("-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)"), "***"},
        {std::regex("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.?[A-Za-z0-9_-]*"), "***"},
        {std::regex("(bearer|basic)\\s+[A-Za-z0-9+/=._~-]{6,}", std::regex::icase), "$1 ***"},
        {std::regex("([A-Za-z0-9_.-]*(?:passw(?:or)?d|secret|token|api[_-]?key)[A-Za-z0-9_.-]*[\"']?\\s*[=:]\\s*)"
                    "(\"[^\"]*\"|'[^']*'|[^\\s,;&}\\]]+)",
                    std::regex::icase),
         "$1***"},
    };
    for (const auto &[expression, replacement] : rules)
        result = std::regex_replace(result, expression, replacement);
    return result;
}

} // namespace binnacle::core

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogLines.h"

#include <optional>
#include <string_view>

namespace binnacle::logs {

/// How grave a line says it is; None where it does not say. Reads, in this order: JSON fields (level, severity, lvl,
/// levelname, log.level, @l; numbers as bunyan and pino write them), klog's header, logfmt's level=, and the words that
/// common loggers put near the start (Python, log4j, PostgreSQL, nginx, Redis, Rust). Looks at the line's first 512
/// bytes, but for JSON; colours are overlooked.
[[nodiscard]] LogLevel levelOf(std::string_view line);

/// The level that a word means ("WARN", "warning", "E", "critical", "notice"), in any case.
[[nodiscard]] LogLevel levelFromWord(std::string_view word);
/// What an operator types after --level; nothing: no such level.
[[nodiscard]] std::optional<LogLevel> levelFromText(std::string_view text);
/// "trace", "debug", "info", "warn", "error", "fatal"; "" for None.
[[nodiscard]] const char *toString(LogLevel level);

} // namespace binnacle::logs

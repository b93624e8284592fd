// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Console.h"
#include "logs/ContextFilter.h"

#include <QRegularExpression>

#include <functional>
#include <map>

namespace binnacle::ctl {

/// Prints log lines as `binnaclectl logs` shows them.
class LogPrinter
{
public:
    struct Settings
    {
        bool json = false;
        bool timestamps = false;
        logs::LogLevel level = logs::LogLevel::None; ///< that and graver; None: all
        QRegularExpression pattern;                  ///< empty: all
        std::size_t context = 0;
    };
    using SourceOf = std::function<const logs::LogSource &(std::uint16_t)>;

    LogPrinter(const Console &console, Settings settings, SourceOf sources);

    /// Whether lines begin with their source.
    void setPrefixed(bool prefixed) { m_prefixed = prefixed; }
    /// False when nobody reads any more.
    bool print(const logs::LogLines &lines);

private:
    void append(const logs::LogEntry &entry, std::string_view text, bool isMatch);
    void appendJson(const logs::LogEntry &entry, std::string_view text);
    [[nodiscard]] const std::string &prefixOf(std::uint16_t source);

    const Console &m_console;
    Settings m_settings;
    SourceOf m_sources;
    logs::ContextFilter m_filter;
    std::map<std::uint16_t, std::string> m_prefixes;
    std::string m_output;
    bool m_prefixed = false;
    bool m_inLine = false; ///< the last piece was not the end of its line
};

} // namespace binnacle::ctl

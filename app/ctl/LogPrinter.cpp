// SPDX-License-Identifier: GPL-3.0-or-later
#include "LogPrinter.h"

#include "logs/AnsiText.h"
#include "logs/LogFields.h"
#include "logs/LogLevels.h"
#include "logs/LogStamp.h"

#include <nlohmann/json.hpp>

#include <array>

namespace binnacle::ctl {

namespace {

/// SGR numbers of the colours that sources take turns with; red is kept for what is wrong.
constexpr std::array sourceColours{36, 32, 35, 33, 34, 96, 92, 95, 93, 94};

} // namespace

LogPrinter::LogPrinter(const Console &console, Settings settings, SourceOf sources)
    : m_console(console), m_settings(std::move(settings)), m_sources(std::move(sources)), m_filter(m_settings.context)
{
}

bool LogPrinter::print(const logs::LogLines &lines)
{
    m_output.clear();
    const bool searches = !m_settings.pattern.pattern().isEmpty();
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const auto &entry = lines.entries[at];
        const auto text = lines.text(at);
        const bool isGrave = m_settings.level == logs::LogLevel::None || entry.level >= m_settings.level;
        if (!searches) {
            if (isGrave)
                append(entry, text, false);
            continue;
        }
        const bool isMatch =
            isGrave && m_settings.pattern.match(QString::fromStdString(logs::withoutAnsi(text))).hasMatch();
        m_filter.add(entry, text, isMatch, [this](const logs::ContextFilter::Line &line) {
            if (line.afterGap && m_settings.context > 0 && !m_settings.json)
                m_output += "--\n";
            append(line.entry, line.text, line.isMatch);
        });
    }
    return m_output.empty() || m_console.print(m_output);
}

const std::string &LogPrinter::prefixOf(std::uint16_t source)
{
    auto &prefix = m_prefixes[source];
    if (!prefix.empty())
        return prefix;
    prefix = "[" + m_sources(source).label() + "]";
    const bool isColoured = !m_console.coloured({}, Colour::Bold).empty();
    if (isColoured)
        prefix = "\x1b[" + std::to_string(sourceColours[source % sourceColours.size()]) + "m" + prefix + "\x1b[0m";
    prefix += ' ';
    return prefix;
}

void LogPrinter::append(const logs::LogEntry &entry, std::string_view text, bool isMatch)
{
    if (m_settings.json) {
        appendJson(entry, text);
        return;
    }
    if (!m_inLine) {
        if (m_prefixed)
            m_output += prefixOf(entry.source);
        if (m_settings.timestamps) {
            m_output += logs::formatStamp(entry.stamp);
            m_output += ' ';
        }
    }
    // A log is no place from which to control the terminal that it is read on.
    const bool isPlain = !m_console.outputIsTerminal();
    const std::string shown = isPlain ? std::string() : logs::withoutAnsi(text);
    if (isMatch && !isPlain)
        m_output += m_console.coloured(shown, Colour::Bold);
    else
        m_output += isPlain ? text : std::string_view(shown);
    m_inLine = entry.continues;
    if (!m_inLine)
        m_output += '\n';
}

void LogPrinter::appendJson(const logs::LogEntry &entry, std::string_view text)
{
    const auto &source = m_sources(entry.source);
    core::Json line = {{"time", logs::formatStamp(entry.stamp)},
                       {"namespace", source.nameSpace.value()},
                       {"pod", source.pod},
                       {"container", source.container},
                       {"line", logs::validUtf8(text)}};
    if (entry.level != logs::LogLevel::None)
        line["level"] = logs::toString(entry.level);
    if (const auto fields = logs::fieldsOf(text); !fields.empty()) {
        auto &all = line["fields"] = core::Json::object();
        for (const auto &field : fields)
            all[field.name] = field.value;
    }
    m_output += line.dump(-1, ' ', false, core::Json::error_handler_t::replace) + "\n";
}

} // namespace binnacle::ctl

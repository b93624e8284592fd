// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LineReader.h"

namespace binnacle::logs {

namespace {

/// containerd's max_container_log_line_size, and Docker's buffer: the size at which a line is cut into parts.
constexpr std::size_t partSize = 16 * 1024;

} // namespace

LineReader::Line LineReader::parse(std::string_view line)
{
    Line parsed;
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    if (std::exchange(m_inLine, false)) {
        parsed.stamp = m_last;
        parsed.text = line;
        return parsed;
    }
    const auto stamp = m_stamps.read(line);
    const bool isStamped = stamp && (stamp->length == line.size() || line[stamp->length] == ' ');
    if (!isStamped) {
        parsed.stamp = m_last;
        parsed.text = line;
        return parsed;
    }
    m_last = stamp->stamp;
    parsed.stamp = stamp->stamp;
    line.remove_prefix(stamp->length == line.size() ? stamp->length : stamp->length + 1);
    parsed.text = line.size() > partSize ? withoutPartStamps(line) : line;
    return parsed;
}

std::string_view LineReader::withoutPartStamps(std::string_view text)
{
    if (!parseStamp(text.substr(partSize)))
        return text;
    m_joined.clear();
    while (text.size() > partSize) {
        const auto stamp = parseStamp(text.substr(partSize));
        if (!stamp || text.size() <= partSize + stamp->length || text[partSize + stamp->length] != ' ')
            break;
        m_joined.append(text.substr(0, partSize));
        text.remove_prefix(partSize + stamp->length + 1);
    }
    m_joined.append(text);
    return m_joined;
}

} // namespace binnacle::logs

// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/NodeFileReader.h"

namespace binnacle::logs {

bool NodeFileReader::parse(std::string_view line)
{
    constexpr std::size_t streamAndTag = 9; ///< "stdout F "
    const auto stamp = m_stampReader.read(line);
    if (!stamp)
        return false;
    line.remove_prefix(stamp->length);
    if (line.size() < 1 + streamAndTag || line[0] != ' ' || line[7] != ' ' || line[9] != ' ')
        return false;
    const auto stream = line.substr(1, 6);
    if ((stream != "stdout" && stream != "stderr") || (line[8] != 'F' && line[8] != 'P'))
        return false;
    m_stream = stream == "stdout" ? 0 : 1;
    m_isWhole = line[8] == 'F';
    line.remove_prefix(1 + streamAndTag);
    std::string &parts = m_parts[m_stream];
    if (parts.empty()) {
        m_stamps[m_stream] = stamp->stamp;
        m_begins[m_stream] = m_position;
    }
    if (!m_isWhole || !parts.empty()) {
        parts.append(line);
        if (parts.size() > longestLine)
            return false;
        line = parts;
    }
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    m_text = line;
    return true;
}

} // namespace binnacle::logs

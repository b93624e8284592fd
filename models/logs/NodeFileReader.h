// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogStamp.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace binnacle::logs {

/// Takes a container's log file apart, as container runtimes write it on the node (CRI logging format): lines of time,
/// stream, tag and text, where parts of a line that was cut are tagged P and its last one F.
class NodeFileReader
{
public:
    /// `offset`: where in the file the bytes begin, the end of a line.
    explicit NodeFileReader(std::int64_t offset) : m_position(offset) {}

    /// Calls sink(stamp, text) for each line. False: this is no such file.
    template <typename Sink>
    [[nodiscard]] bool read(std::string_view bytes, Sink &&sink)
    {
        for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
            std::string_view line = bytes.substr(0, end);
            if (!m_partial.empty()) {
                m_partial.append(line);
                line = m_partial;
            }
            if (!parse(line))
                return false;
            m_position += static_cast<std::int64_t>(line.size()) + 1;
            if (m_isWhole) {
                sink(m_stamps[m_stream], m_text);
                m_parts[m_stream].clear();
            }
            m_partial.clear();
            bytes.remove_prefix(end + 1);
        }
        m_partial.append(bytes);
        return m_partial.size() <= longestLine;
    }
    /// From where another reader goes on: behind the last line, or, inside of one in parts, before its first, so that
    /// lines of the other stream in between come again.
    [[nodiscard]] std::int64_t offset() const
    {
        std::int64_t offset = m_position;
        for (std::size_t stream = 0; stream < m_parts.size(); ++stream) {
            if (!m_parts[stream].empty())
                offset = std::min(offset, m_begins[stream]);
        }
        return offset;
    }

private:
    static constexpr std::size_t longestLine = 1U << 20;

    [[nodiscard]] bool parse(std::string_view line);

    StampReader m_stampReader;
    std::string m_partial;
    std::array<std::string, 2> m_parts;     ///< of standard output and of standard error
    std::array<std::int64_t, 2> m_begins{}; ///< where their first parts are
    std::array<Stamp, 2> m_stamps{};
    std::int64_t m_position; ///< of what is not parsed yet
    std::string_view m_text;
    std::size_t m_stream = 0;
    bool m_isWhole = false;
};

} // namespace binnacle::logs

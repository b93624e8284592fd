// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogStamp.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace binnacle::logs {

/// Takes the bytes of a pods/log answer with timestamps=true apart into lines, however they are cut into pieces.
///
/// A carriage return at the end is dropped. A line without a stamp (the kubelet's own words about a log that it cannot
/// read) keeps the stamp of the line before. Container runtimes cut lines at 16 KiB, and kubelets before 1.26 stamp
/// every such part (kubernetes issue 98132): the stamps in between are taken out again.
class LineReader
{
public:
    struct Line
    {
        Stamp stamp = 0;
        std::string_view text;  ///< bytes as the container wrote them; valid during the call
        bool continues = false; ///< longer than longestPiece: the rest comes next, with the same stamp
    };

    static constexpr std::size_t longestPiece = 1U << 20;

    template <typename Sink>
    void read(std::string_view bytes, Sink &&sink)
    {
        while (!bytes.empty()) {
            const auto end = bytes.find('\n');
            if (end == std::string_view::npos) {
                m_partial.append(bytes);
                if (m_partial.size() > longestPiece)
                    cut(sink);
                return;
            }
            if (m_partial.empty()) {
                sink(parse(bytes.substr(0, end)));
            } else {
                m_partial.append(bytes.substr(0, end));
                sink(parse(m_partial));
                m_partial.clear();
            }
            bytes.remove_prefix(end + 1);
        }
    }
    /// The stream has ended: what is left is a line too. Not to be called when it broke: the line comes again, whole.
    template <typename Sink>
    void finish(Sink &&sink)
    {
        if (!m_partial.empty())
            sink(parse(m_partial));
        m_partial.clear();
        m_inLine = false;
    }

private:
    template <typename Sink>
    void cut(Sink &&sink)
    {
        Line line = parse(m_partial);
        line.continues = true;
        m_inLine = true;
        sink(line);
        m_partial.clear();
    }
    [[nodiscard]] Line parse(std::string_view line);
    [[nodiscard]] std::string_view withoutPartStamps(std::string_view text);

    StampReader m_stamps;
    std::string m_partial;
    std::string m_joined;
    Stamp m_last = 0;
    bool m_inLine = false; ///< what comes is the rest of a line that was cut
};

} // namespace binnacle::logs

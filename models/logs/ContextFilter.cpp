// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/ContextFilter.h"

#include <utility>

namespace binnacle::logs {

void ContextFilter::add(const LogEntry &entry, std::string_view text, bool isMatch, const Sink &sink)
{
    Line line{entry, std::string(text), isMatch};
    const auto give = [&](Line &given) {
        given.afterGap = std::exchange(m_hasGap, false) && m_hasGiven;
        m_hasGiven = true;
        sink(given);
    };
    if (isMatch) {
        for (Line &before : m_before)
            give(before);
        m_before.clear();
        give(line);
        m_after = m_context;
    } else if (m_after > 0) {
        --m_after;
        give(line);
    } else {
        m_before.push_back(std::move(line));
        if (m_before.size() > m_context) {
            m_before.pop_front();
            m_hasGap = true;
        }
    }
}

} // namespace binnacle::logs

// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/ResumePoint.h"

#include <algorithm>

namespace binnacle::logs {

namespace {

/// Far more than can be out of order, and than share one stamp.
constexpr std::size_t mostRemembered = 256;

} // namespace

std::optional<Stamp> ResumePoint::since() const
{
    if (m_last.empty())
        return std::nullopt;
    return m_last.front().stamp;
}

void ResumePoint::reopened()
{
    m_isComparing = !m_last.empty();
    m_oldest = m_newest;
    for (Known &known : m_last) {
        known.seenAgain = false;
        m_oldest = std::min(m_oldest, known.stamp);
    }
}

bool ResumePoint::accept(Stamp stamp, std::size_t size)
{
    if (m_isComparing) {
        if (stamp < m_oldest || isKnown(stamp, size))
            return false;
        m_isComparing = stamp <= m_newest;
    }
    m_newest = std::max(m_newest, stamp);
    m_last.push_back({stamp, size, true});
    if (m_last.size() > mostRemembered)
        m_last.pop_front();
    return true;
}

bool ResumePoint::isKnown(Stamp stamp, std::size_t size)
{
    const auto known = std::find_if(m_last.begin(), m_last.end(), [&](const Known &candidate) {
        return !candidate.seenAgain && candidate.stamp == stamp && candidate.size == size;
    });
    if (known == m_last.end())
        return false;
    known->seenAgain = true;
    return true;
}

} // namespace binnacle::logs

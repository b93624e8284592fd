// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/PasteQueue.h"

#include <algorithm>
#include <utility>

namespace binnacle::terminal {

namespace {

bool isLeftOut(QChar c)
{
    const char16_t code = c.unicode();
    return (code < 0x20 && code != u'\t' && code != u'\r') || (code >= 0x7f && code < 0xa0);
}

} // namespace

void PasteQueue::add(const QString &text, const std::string &before, const std::string &after)
{
    if (isEmpty()) {
        m_text = text;
        m_at = 0;
        m_before = before;
    } else {
        m_text = m_text.mid(m_at) + text; // one paste after the other, in the brackets of the first
        m_at = 0;
    }
    m_after = after;
}

std::string PasteQueue::next(qsizetype most)
{
    std::string bytes = std::exchange(m_before, {});
    if (m_at < m_text.size()) {
        qsizetype end = std::min(m_at + std::max<qsizetype>(most, 2), m_text.size());
        if (end < m_text.size() && (m_text[end - 1].isHighSurrogate() || m_text[end - 1] == u'\r'))
            --end; // a pair stays together
        QString piece = m_text.mid(m_at, end - m_at);
        m_at = end;
        piece.replace(QLatin1String("\r\n"), QLatin1String("\r"));
        piece.replace(u'\n', u'\r');
        piece.removeIf(isLeftOut);
        bytes += piece.toStdString();
    }
    if (m_at >= m_text.size()) {
        bytes += std::exchange(m_after, {});
        m_text.clear();
        m_at = 0;
    }
    return bytes;
}

void PasteQueue::cancel()
{
    if (!m_before.empty())
        m_after.clear(); // nothing of it was sent
    m_before.clear();
    m_text.clear();
    m_at = 0;
}

} // namespace binnacle::terminal

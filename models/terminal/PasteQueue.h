// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

namespace binnacle::terminal {

/// A text on its way into a terminal, made ready piece by piece: however large it is, nothing copies it whole.
/// Newlines become the Return key, and control characters but tabs are left out, so that a text from a web page cannot
/// press keys, nor end the paste before its end.
class PasteQueue
{
public:
    /// After what waits already.
    void add(const QString &text, const std::string &before, const std::string &after);
    /// The next bytes, about as many as asked for; empty: there are no more.
    [[nodiscard]] std::string next(qsizetype most);
    /// The rest is given up; what goes after the text is still to be sent, where it has begun.
    void cancel();
    [[nodiscard]] bool isEmpty() const { return m_at >= m_text.size() && m_before.empty() && m_after.empty(); }
    [[nodiscard]] qsizetype done() const { return m_at; }
    [[nodiscard]] qsizetype size() const { return m_text.size(); }

private:
    QString m_text;
    qsizetype m_at = 0;
    std::string m_before;
    std::string m_after;
};

} // namespace binnacle::terminal

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/drawer/YamlHighlighter.h"

#include "widgets/theme/Theme.h"

#include <QRegularExpression>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

void YamlHighlighter::highlightBlock(const QString &text)
{
    static const QRegularExpression key(u"^(\\s*(?:- )*)([^\\s:#][^:]*)(:)(?:\\s|$)"_s);
    static const QRegularExpression scalar(u":\\s+(-?\\d[\\d.]*|true|false|null)\\s*$"_s);
    const Colors &c = Theme::colors();
    if (const auto match = key.match(text); match.hasMatch())
        setFormat(static_cast<int>(match.capturedStart(2)), static_cast<int>(match.capturedLength(2)), c.accent);
    if (const auto match = scalar.match(text); match.hasMatch())
        setFormat(static_cast<int>(match.capturedStart(1)), static_cast<int>(match.capturedLength(1)), c.busy);
    if (text.trimmed().startsWith(u'#'))
        setFormat(0, static_cast<int>(text.size()), c.muted);
}

} // namespace binnacle::widgets

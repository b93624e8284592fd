// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/DiffHighlighter.h"

#include "widgets/theme/Theme.h"

namespace binnacle::widgets {

void DiffHighlighter::highlightBlock(const QString &text)
{
    const auto &colors = Theme::colors();
    if (text.startsWith(QLatin1String("@@")) || text.startsWith(QLatin1String("---")) ||
        text.startsWith(QLatin1String("+++")))
        setFormat(0, static_cast<int>(text.size()), colors.muted);
    else if (text.startsWith(QLatin1Char('+')))
        setFormat(0, static_cast<int>(text.size()), colors.good);
    else if (text.startsWith(QLatin1Char('-')))
        setFormat(0, static_cast<int>(text.size()), colors.bad);
}

} // namespace binnacle::widgets

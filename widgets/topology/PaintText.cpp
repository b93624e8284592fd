// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/PaintText.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace binnacle::widgets {

QFont sized(QFont font, double pixels, QFont::Weight weight)
{
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(pixels))));
    font.setWeight(weight);
    return font;
}

QStringList wrapped(const QString &text, const QFont &font, double width, int mostLines)
{
    QTextLayout layout(text, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        if (lines.size() + 1 == mostLines) {
            lines.append(QFontMetricsF(font).elidedText(text.mid(line.textStart()), Qt::ElideRight, width));
            break;
        }
        lines.append(text.mid(line.textStart(), line.textLength()).trimmed());
    }
    layout.endLayout();
    return lines;
}

void paintText(QPainter &painter, const QRectF &area, int alignment, const QString &text, const QFont &font,
               const QColor &color)
{
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(area, alignment | Qt::TextSingleLine,
                     QFontMetricsF(font).elidedText(text, Qt::ElideRight, area.width()));
}

void paintLines(QPainter &painter, const QRectF &area, const QStringList &lines, double lineHeight, const QFont &font,
                const QColor &color)
{
    for (qsizetype i = 0; i < lines.size(); ++i)
        paintText(painter,
                  QRectF(area.left(), area.top() + static_cast<double>(i) * lineHeight, area.width(), lineHeight),
                  Qt::AlignVCenter, lines.at(i), font, color);
}

} // namespace binnacle::widgets

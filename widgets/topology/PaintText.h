// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QStringList>

class QColor;
class QPainter;
class QRectF;

namespace binnacle::widgets {

/// The font in another size: in the scene's units, which the painter scales.
[[nodiscard]] QFont sized(QFont font, double pixels, QFont::Weight weight = QFont::Normal);
/// Breaks at words where that is possible; what does not fit on the last line ends in an ellipsis.
[[nodiscard]] QStringList wrapped(const QString &text, const QFont &font, double width, int mostLines);
/// One line, elided.
void paintText(QPainter &painter, const QRectF &area, int alignment, const QString &text, const QFont &font,
               const QColor &color);
/// Lines from the top of the area down.
void paintLines(QPainter &painter, const QRectF &area, const QStringList &lines, double lineHeight, const QFont &font,
                const QColor &color);

} // namespace binnacle::widgets

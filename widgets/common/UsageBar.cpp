// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/UsageBar.h"

#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QPainter>

#include <algorithm>

namespace binnacle::widgets {

namespace {

using Level = stack::QuotaLine::Level;

QColor colorOf(Level level)
{
    const Colors &c = Theme::colors();
    switch (level) {
    case Level::Fine:
        return c.good;
    case Level::High:
        return c.warning;
    case Level::Full:
        return c.bad;
    case Level::Unknown:
        break;
    }
    return c.muted;
}

} // namespace

UsageBar::UsageBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void UsageBar::setLine(const stack::QuotaLine &line)
{
    m_level = line.level();
    m_fraction = line.hard.isZero() ? 1 : line.fraction();
    const QString percent = toQt(line.percent());
    say(line.used ? tr("%1 used · %2").arg(toQt(line.used->canonical()), percent) : percent);
}

void UsageBar::setUnlimited(const std::optional<core::Quantity> &used)
{
    m_level = Level::Unknown;
    m_fraction = -1;
    say(used ? tr("%1 used · not limited").arg(toQt(used->canonical())) : tr("not limited"));
}

void UsageBar::say(const QString &text)
{
    m_text = text;
    setAccessibleName(text);
    setToolTip(text);
    updateGeometry();
    update();
}

QSize UsageBar::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {std::max(metrics.horizontalAdvance(m_text), metrics.averageCharWidth() * 20), metrics.height() + 8};
}

void UsageBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors &c = Theme::colors();
    const bool loud = m_level == Level::High || m_level == Level::Full;
    painter.setPen(loud ? colorOf(m_level) : c.muted);
    painter.drawText(rect().adjusted(0, 0, 0, -6), Qt::AlignLeft | Qt::AlignVCenter, m_text);
    if (m_fraction < 0)
        return;
    const QRectF track(0, height() - 5, width(), 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.highContrast ? c.unsure.darker(250) : c.border);
    painter.drawRoundedRect(track, 2, 2);
    painter.setBrush(colorOf(m_level));
    if (m_fraction > 0)
        painter.drawRoundedRect(QRectF(track.topLeft(), QSizeF(track.width() * std::min(1.0, m_fraction), 4)), 2, 2);
}

} // namespace binnacle::widgets

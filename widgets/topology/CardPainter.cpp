// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/CardPainter.h"

#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/PaintText.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double radius = 10;
constexpr double left = 16;
constexpr double right = 12;

QColor faded(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(color.alphaF() * alpha));
    return color;
}

QString readyText(const stack::ComponentState &state)
{
    return state.desired == 0 && state.ready == 0 ? QString() : u"%1/%2"_s.arg(state.ready).arg(state.desired);
}

} // namespace

CardPainter::CardPainter(QPainter &painter, const PaintOptions &options)
    : m_painter(painter), m_options(options), m_detail(options.detail()), m_font(painter.font())
{
}

void CardPainter::paint(const Scene::Card &card, bool dimmed)
{
    m_painter.setOpacity(dimmed ? 0.25 : 1);
    if (m_detail == Detail::Far)
        paintFar(card);
    else
        paintBody(card);
    paintAlerts(card);
    m_painter.setOpacity(1);
}

void CardPainter::paintAlerts(const Scene::Card &card)
{
    const auto found = m_options.alerts.find(card.id());
    if (found == m_options.alerts.end() || found->second.empty())
        return;
    const Colors &c = Theme::colors();
    const QColor color = m_options.stale ? c.muted : found->second.front().firing ? c.bad : c.warning;
    const double grow = std::clamp(0.8 / m_options.scale, 1.0, 2.2);
    const double height = 20 * grow;
    const QString text = u"▲ %1"_s.arg(found->second.size());
    const QFont font = sized(m_font, 11 * grow, QFont::DemiBold);
    const double width = QFontMetricsF(font).horizontalAdvance(text) + 12 * grow;
    const QRectF badge(card.area.right() - width + 8, card.area.top() - height / 2, width, height);
    m_painter.setPen(QPen(c.card, 2));
    m_painter.setBrush(color);
    m_painter.drawRoundedRect(badge, height / 2, height / 2);
    paintText(m_painter, badge, Qt::AlignCenter, text, font, c.card);
}

void CardPainter::paintFar(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const QColor color = m_options.stateColor(card.state.health.state);
    m_painter.setPen(QPen(color, 2));
    m_painter.setBrush(c.tint(color, c.highContrast ? 0.0 : 0.16));
    m_painter.drawRoundedRect(card.area, 14, 14);
    const double side = cardHeight * 0.5;
    paintStateIcon(m_painter, QRectF(card.area.center().x() - side / 2, card.area.center().y() - side / 2, side, side),
                   card.state.health.state, color, m_options.phase);
    paintFocus(card, 14);
}

void CardPainter::paintFocus(const Scene::Card &card, double cornerRadius)
{
    if (card.id() != m_options.selected)
        return;
    const Colors &c = Theme::colors();
    // In screen pixels, so that the ring is seen at every scale.
    const double pixel = 1 / std::clamp(m_options.scale, 0.1, 1.0);
    m_painter.setBrush(Qt::NoBrush);
    if (m_options.focused) {
        m_painter.setPen(QPen(faded(c.accent, 0.3), 7 * pixel));
        m_painter.drawRoundedRect(card.area.adjusted(-3, -3, 3, 3), cornerRadius + 3, cornerRadius + 3);
    }
    m_painter.setPen(QPen(c.accent, 2.5 * pixel));
    m_painter.drawRoundedRect(card.area.adjusted(-3, -3, 3, 3), cornerRadius + 3, cornerRadius + 3);
}

void CardPainter::paintBody(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const bool hovered = card.id() == m_options.hoveredCard;
    if (!c.highContrast) {
        m_painter.setPen(Qt::NoPen);
        for (const double spread : {3.0, 1.5}) {
            m_painter.setBrush(faded(c.shadow, 0.5));
            m_painter.drawRoundedRect(card.area.adjusted(-spread + 1, 0, spread - 1, spread + 0.5), radius + 1,
                                      radius + 1);
        }
    }
    m_painter.setPen(QPen(hovered ? c.muted : c.border, c.highContrast ? 2 : 1));
    m_painter.setBrush(hovered ? c.tint(c.text, c.dark ? 0.06 : 0.02) : c.card);
    m_painter.drawRoundedRect(card.area, radius, radius);

    QPainterPath stripe;
    stripe.addRoundedRect(card.area, radius, radius);
    QPainterPath cut;
    cut.addRect(QRectF(card.area.left(), card.area.top(), 5, card.area.height()));
    m_painter.setPen(Qt::NoPen);
    m_painter.fillPath(stripe.intersected(cut), m_options.stateColor(card.state.health.state));

    if (m_detail == Detail::Compact) {
        paintCompact(card);
    } else {
        paintHead(card);
        paintStateRow(card, 54, 1);
        paintReason(card);
    }
    paintFocus(card, radius);
}

void CardPainter::paintCompact(const Scene::Card &card)
{
    const double grow = std::min(1.7, 0.75 / m_options.scale);
    const QFont font = sized(m_font, 14 * grow, QFont::DemiBold);
    const double width = card.area.width() - left - right;
    const double line = 17 * grow;
    const QStringList lines = wrapped(toQt(card.state.component.title), font, width, 2);
    const double stateTop = cardHeight - 12 - 18 * grow;
    const double height = line * static_cast<double>(lines.size());
    const double top = std::max(8.0, (stateTop - height) / 2 + 2);
    paintLines(m_painter, QRectF(card.area.left() + left, card.area.top() + top, width, height), lines, line, font,
               Theme::colors().text);
    paintStateRow(card, stateTop, grow);
}

void CardPainter::paintHead(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const QRectF a = card.area;
    const QRectF badge(a.left() + left, a.top() + 12, 32, 32);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(c.highContrast ? c.card : c.panel);
    m_painter.drawRoundedRect(badge, 8, 8);
    const QString kind = toQt(card.state.component.workload.kind.kind);
    paintIcon(m_painter, badge.adjusted(6, 6, -6, -6), iconOfKind(kind), c.text);
    const double x = badge.right() + 10;
    const double width = a.right() - right - x;
    const QString title = toQt(card.state.component.title);
    const QFont large = sized(m_font, 14, QFont::DemiBold);
    if (QFontMetricsF(large).horizontalAdvance(title) <= width) {
        paintText(m_painter, QRectF(x, a.top() + 10, width, 19), Qt::AlignVCenter, title, large, c.text);
        paintText(m_painter, QRectF(x, a.top() + 29, width, 16), Qt::AlignVCenter, kind, sized(m_font, 11), c.muted);
        return;
    }
    // A long name takes the kind's line too: the icon says the kind already.
    const QFont small = sized(m_font, 13, QFont::DemiBold);
    paintLines(m_painter, QRectF(x, a.top() + 11, width, 34), wrapped(title, small, width, 2), 17, small, c.text);
}

void CardPainter::paintStateRow(const Scene::Card &card, double top, double grow)
{
    const Colors &c = Theme::colors();
    const QRectF a = card.area;
    const cluster::HealthState state = card.state.health.state;
    const QColor color = m_options.stateColor(state);
    const double height = 18 * grow;
    const double y = a.top() + top;
    const double icon = 15 * grow;
    paintStateIcon(m_painter, QRectF(a.left() + left, y + (height - icon) / 2, icon, icon), state, color,
                   m_options.phase);
    const QString word = m_options.stateText(state);
    const QFont wordFont = sized(m_font, 12 * grow, QFont::DemiBold);
    const double wordLeft = a.left() + left + icon + 6 * grow;
    const double wordWidth = QFontMetricsF(wordFont).horizontalAdvance(word) + 2;

    double edge = a.right() - right;
    const QString ready = readyText(card.state);
    if (!ready.isEmpty()) {
        const QFont font = sized(m_font, 13 * grow, QFont::DemiBold);
        const double width = QFontMetricsF(font).horizontalAdvance(ready) + 1;
        paintText(m_painter, QRectF(edge - width, y, width, height), Qt::AlignRight | Qt::AlignVCenter, ready, font,
                  card.state.ready < card.state.desired ? color : c.text);
        edge -= width + 6 * grow;
    }
    const double room = edge - wordLeft;
    paintText(m_painter, QRectF(wordLeft, y, std::min(wordWidth, room), height), Qt::AlignVCenter, word, wordFont,
              color);
    paintPods(card, edge, y + height / 2, grow, room - wordWidth - 6 * grow);
}

void CardPainter::paintPods(const Scene::Card &card, double edge, double middle, double grow, double room)
{
    const double dot = 10 * grow;
    const double step = 13 * grow;
    const double moreWidth = 26 * grow;
    const auto &pods = card.state.pods;
    const int count = static_cast<int>(pods.size());
    int most = std::min(6, static_cast<int>((room + step - dot) / step));
    if (count > most)
        most = static_cast<int>((room - moreWidth) / step);
    if (most <= 0)
        return;
    double x = edge - dot;
    if (count > most) {
        const QFont font = sized(m_font, 11 * grow);
        const QString more = u"+%1"_s.arg(count - most);
        const double width = std::min(moreWidth, QFontMetricsF(font).horizontalAdvance(more) + 1);
        paintText(m_painter, QRectF(edge - width, middle - 9 * grow, width, 18 * grow), Qt::AlignVCenter, more, font,
                  Theme::colors().muted);
        x -= width + 3;
    }
    for (int i = std::min(count, most) - 1; i >= 0; --i) {
        const auto state = pods[static_cast<std::size_t>(i)].health.state;
        paintPodDot(m_painter, QRectF(x, middle - dot / 2, dot, dot), state, m_options.stateColor(state));
        x -= step;
    }
}

void CardPainter::paintReason(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const QRectF a = card.area.adjusted(left, 76, -right, -8);
    const QString reason = toQt(card.state.health.reason);
    const bool calm = card.state.health.state == cluster::HealthState::Healthy;
    if (m_detail == Detail::Near && !card.images.isEmpty()) {
        // Close up the containers are what one came for; what is wrong keeps a line above them.
        constexpr double line = 11;
        QStringList lines = card.images.mid(0, calm ? 3 : 2);
        if (card.images.size() > lines.size())
            lines.last() += u"  +%1"_s.arg(card.images.size() - lines.size());
        if (!calm)
            paintText(m_painter, QRectF(a.left(), a.top() - 1, a.width(), line), Qt::AlignVCenter, reason,
                      sized(m_font, 9, QFont::DemiBold), m_options.stateColor(card.state.health.state));
        paintLines(m_painter, a.translated(0, calm ? 0 : line - 1), lines, calm ? line : 10, sized(m_font, 9), c.muted);
        return;
    }
    const QFont font = sized(m_font, 11);
    paintLines(m_painter, a, wrapped(reason, font, a.width(), 2), 14, font, calm ? c.muted : c.text);
}

} // namespace binnacle::widgets

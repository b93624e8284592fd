// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/ScenePainter.h"

#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/CardPainter.h"
#include "widgets/topology/PaintText.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <functional>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Where the gauges begin: beneath the name, for the whole width.
constexpr double gaugeTop = 42;
constexpr double padding = 24; ///< the cards stand as far from the panel's edge

QColor faded(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(color.alphaF() * alpha));
    return color;
}

/// Quota names are long; some of them are known to everybody by a shorter word.
QString gaugeName(const std::string &resource)
{
    if (resource == "persistentvolumeclaims")
        return QCoreApplication::translate("Topology", "claims");
    if (resource == "services.loadbalancers")
        return QCoreApplication::translate("Topology", "balancers");
    if (resource == "services.nodeports")
        return QCoreApplication::translate("Topology", "node ports");
    return toQt(resource).replace(u"requests."_s, u"req. "_s).replace(u"limits."_s, u"lim. "_s);
}

QColor gaugeColor(double fraction)
{
    const Colors &c = Theme::colors();
    return fraction >= 0.9 ? c.bad : fraction >= 0.8 ? c.warning : c.good;
}

/// Where there is no room for all, the fullest: they are the ones that will refuse a pod. They stay in their order, so
/// that none moves when another grows.
std::vector<stack::NamespaceState::Gauge> shownGauges(const std::vector<stack::NamespaceState::Gauge> &all,
                                                      std::size_t most)
{
    if (all.size() <= most)
        return all;
    std::vector<double> fractions;
    for (const auto &gauge : all)
        fractions.push_back(gauge.fraction);
    std::sort(fractions.begin(), fractions.end(), std::greater<>());
    std::vector<stack::NamespaceState::Gauge> result;
    for (const auto &gauge : all) {
        if (most > 0 && result.size() < most && gauge.fraction >= fractions[most - 1])
            result.push_back(gauge);
    }
    return result;
}

} // namespace

ScenePainter::ScenePainter(QPainter &painter, const Scene &scene, PaintOptions options)
    : m_painter(painter), m_scene(scene), m_options(std::move(options)), m_detail(m_options.detail())
{
    if (!m_options.selected.empty())
        m_related = m_scene.related(m_options.selected);
}

bool ScenePainter::isShown(const Scene::Card &card, const PaintOptions &options)
{
    return !options.hidden.contains(card.state.health.state);
}

bool ScenePainter::isVisible(const QRectF &area) const
{
    return m_options.visible.isNull() || m_options.visible.intersects(area.adjusted(-8, -8, 8, 8));
}

bool ScenePainter::isDimmed(const std::string &id) const
{
    if (!m_related.empty() && !m_related.contains(id))
        return true;
    const Scene::Card *card = m_scene.card(id);
    if (card && !m_options.nameSpace.isEmpty() &&
        toQt(card->state.component.workload.nameSpace.value()) != m_options.nameSpace)
        return true;
    return !m_options.search.isEmpty() && card &&
           !toQt(card->state.component.title).contains(m_options.search, Qt::CaseInsensitive) &&
           !toQt(card->state.component.workload.name).contains(m_options.search, Qt::CaseInsensitive) &&
           !toQt(id).contains(m_options.search, Qt::CaseInsensitive);
}

void ScenePainter::text(const QRectF &area, int flags, const QString &string, double pixels, const QColor &color,
                        QFont::Weight weight)
{
    paintText(m_painter, area, flags, string, sized(m_painter.font(), pixels, weight), color);
}

void ScenePainter::paint()
{
    m_painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    for (const Scene::Panel &panel : m_scene.panels) {
        if (isVisible(panel.area))
            paintPanel(panel);
    }
    m_painter.setOpacity(1);
    if (!m_scene.internet.isNull())
        paintInternet();
    for (std::size_t i = 0; i < m_scene.lines.size(); ++i)
        paintLine(m_scene.lines[i], static_cast<int>(i));
    CardPainter cards(m_painter, m_options);
    for (const Scene::Card &card : m_scene.cards) {
        if (isShown(card, m_options) && isVisible(card.area))
            cards.paint(card, isDimmed(card.id()));
    }
    for (std::size_t i = 0; i < m_scene.lines.size(); ++i) {
        const Scene::Line &line = m_scene.lines[i];
        const bool touchesSelection = !m_options.selected.empty() && (line.state.flow.from == m_options.selected ||
                                                                      line.state.flow.to == m_options.selected);
        if (m_options.showPorts || touchesSelection || static_cast<int>(i) == m_options.hoveredLine)
            paintPort(line);
    }
}

void ScenePainter::paintPanel(const Scene::Panel &panel)
{
    const Colors &c = Theme::colors();
    const bool outside = !m_options.nameSpace.isEmpty() && toQt(panel.state.name.value()) != m_options.nameSpace;
    m_painter.setOpacity(outside ? 0.4 : 1);
    m_painter.setPen(QPen(c.border, c.highContrast ? 2 : 1));
    m_painter.setBrush(c.panel);
    m_painter.drawRoundedRect(panel.area, 16, 16);

    // Small, the letters are larger in the scene, so that the map stays readable.
    const double grow = m_detail == Detail::Far       ? std::min(2.6, 0.5 / m_options.scale) * 1.2
                        : m_detail == Detail::Compact ? std::min(1.7, 0.75 / m_options.scale)
                                                      : 1;
    const cluster::HealthState worst = panel.state.worst.state;
    const QRectF head(panel.area.left() + padding, panel.area.top() + 10, panel.area.width() - 2 * padding, 28);
    const double mark = 16 * grow;
    paintStateIcon(m_painter, QRectF(head.left(), head.center().y() - mark / 2, mark, mark), worst,
                   m_options.stateColor(worst), m_options.phase);
    const QString name = toQt(panel.state.name.value());
    const double nameWidth =
        QFontMetricsF(sized(m_painter.font(), 14 * grow, QFont::DemiBold)).horizontalAdvance(name) + 2;
    const double left = head.left() + mark + 8;
    text(QRectF(left, head.top() - 8, std::min(nameWidth, head.right() - left), head.height() + 16), Qt::AlignVCenter,
         name, 14 * grow, c.text, QFont::DemiBold);
    if (m_detail == Detail::Far)
        return;
    const double wordLeft = left + nameWidth + 12;
    if (wordLeft + 40 * grow < head.right())
        text(QRectF(wordLeft, head.top(), head.right() - wordLeft, head.height()), Qt::AlignVCenter,
             m_options.stateText(worst), 12 * grow, m_options.stateColor(worst), QFont::Medium);
    paintGauges(panel, grow);
}

void ScenePainter::paintGauges(const Scene::Panel &panel, double grow)
{
    const Colors &c = Theme::colors();
    const double gap = 16;
    const double least = 104 * grow;
    const double room = panel.area.width() - 2 * padding;
    const std::size_t total = panel.state.quota.size();
    std::size_t fitting = static_cast<std::size_t>((room + gap) / (least + gap));
    const double moreWidth = fitting < total ? 28 * grow : 0;
    if (fitting < total)
        fitting = static_cast<std::size_t>(std::max(0.0, (room - moreWidth) / (least + gap)));
    const std::vector<stack::NamespaceState::Gauge> gauges = shownGauges(panel.state.quota, fitting);
    if (gauges.empty())
        return;
    const double width = std::min(112 * grow, (room - moreWidth + gap) / static_cast<double>(gauges.size()) - gap);
    double x = panel.area.left() + padding;
    const double y = panel.area.top() + gaugeTop;
    for (const auto &gauge : gauges) {
        const bool high = gauge.fraction >= 0.8;
        const QColor color = m_options.stale ? c.unsure : gaugeColor(gauge.fraction);
        const double number = 38 * grow;
        text(QRectF(x, y, width - number, 13 * grow), Qt::AlignVCenter, gaugeName(gauge.resource), 10 * grow, c.muted);
        text(QRectF(x + width - number, y, number, 13 * grow), Qt::AlignRight | Qt::AlignVCenter,
             u"%1 %"_s.arg(std::lround(gauge.fraction * 100)), 10 * grow, high ? color : c.muted,
             high ? QFont::DemiBold : QFont::Normal);
        const QRectF track(x, y + 16 * grow, width, 4);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(c.highContrast ? c.unsure.darker(250) : c.border);
        m_painter.drawRoundedRect(track, 2, 2);
        m_painter.setBrush(color);
        m_painter.drawRoundedRect(QRectF(track.topLeft(), QSizeF(width * std::clamp(gauge.fraction, 0.0, 1.0), 4)), 2,
                                  2);
        x += width + gap;
    }
    if (gauges.size() < total)
        text(QRectF(x - gap / 2, y, moreWidth, 20 * grow), Qt::AlignVCenter, u"+%1"_s.arg(total - gauges.size()),
             11 * grow, c.muted, QFont::Medium);
}

void ScenePainter::paintInternet()
{
    const Colors &c = Theme::colors();
    m_painter.setOpacity(m_related.empty() || m_related.contains("internet") ? 1 : 0.25);
    const QRectF r = m_scene.internet;
    const double side = std::min(r.width(), r.height()) * 0.7;
    const QRectF disc(r.center().x() - side / 2, r.top(), side, side);
    m_painter.setPen(QPen(c.border, 1));
    m_painter.setBrush(c.card);
    m_painter.drawEllipse(disc);
    paintIcon(m_painter, disc.adjusted(side * 0.25, side * 0.25, -side * 0.25, -side * 0.25), u"internet"_s, c.muted);
    if (m_detail != Detail::Far)
        text(QRectF(r.left() - 24, disc.bottom() + 4, r.width() + 48, 18), Qt::AlignHCenter | Qt::AlignTop,
             QCoreApplication::translate("Topology", "Internet"), 12, c.muted, QFont::Medium);
    m_painter.setOpacity(1);
}

void ScenePainter::paintLine(const Scene::Line &line, int index)
{
    const stack::Flow &flow = line.state.flow;
    const bool auxiliary = flow.kind != stack::FlowKind::Request;
    if ((auxiliary && (!m_options.showAuxiliary || m_detail == Detail::Far)) || line.path.isEmpty() ||
        !isVisible(line.path.boundingRect()))
        return;
    for (const std::string &end : {flow.from, flow.to}) {
        const Scene::Card *card = m_scene.card(end);
        if (card && !isShown(*card, m_options))
            return;
    }
    const Colors &c = Theme::colors();
    const bool lit = !m_options.selected.empty() && m_related.contains(flow.from) && m_related.contains(flow.to);
    const bool hovered = index == m_options.hoveredLine;
    const bool dimmed = isDimmed(flow.from) || isDimmed(flow.to);
    const bool broken = line.state.broken;
    const QColor alarm = m_options.stale ? c.unsure : c.bad;
    QColor color = broken ? alarm : lit || hovered ? c.accent : c.flow;
    double width = hovered || broken ? 2.2 : lit ? 2 : 1.5;
    width *= m_detail == Detail::Far ? 1.8 : m_detail == Detail::Compact ? 1.3 : 1;
    if (auxiliary && !broken && !lit && !hovered)
        color = faded(color, 0.75);
    m_painter.setOpacity(dimmed ? 0.18 : 1);
    QPen pen(color, auxiliary ? width * 0.85 : width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (auxiliary)
        pen.setDashPattern(flow.kind == stack::FlowKind::Scrape ? QList<qreal>{4, 4} : QList<qreal>{1, 3.5});
    m_painter.setPen(pen);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawPath(line.path);

    const QPointF tip = line.path.pointAtPercent(1);
    const double length = std::max(1.0, line.path.length());
    const QPointF before = line.path.pointAtPercent(std::max(0.0, 1 - 8 / length));
    const QPointF along = tip - before;
    const double norm = std::max(0.01, std::hypot(along.x(), along.y()));
    const QPointF u = along / norm;
    const QPointF n(-u.y(), u.x());
    if (!broken) {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(color);
        m_painter.drawPolygon(QPolygonF{tip, tip - u * 8 + n * 3.6, tip - u * 8 - n * 3.6});
    } else {
        // The cross stands where the flow breaks: at what should have answered.
        const QPointF at = line.path.pointAtPercent(std::max(0.0, 1 - 16 / length));
        m_painter.setPen(QPen(c.card, 1.5));
        m_painter.setBrush(alarm);
        m_painter.drawEllipse(at, 8, 8);
        m_painter.setPen(QPen(c.dark ? c.canvas : c.card, 2, Qt::SolidLine, Qt::RoundCap));
        m_painter.drawLine(at + QPointF(-2.8, -2.8), at + QPointF(2.8, 2.8));
        m_painter.drawLine(at + QPointF(-2.8, 2.8), at + QPointF(2.8, -2.8));
    }
    m_painter.setOpacity(1);
}

void ScenePainter::paintPort(const Scene::Line &line)
{
    const stack::Flow &flow = line.state.flow;
    if (m_detail == Detail::Far || (flow.kind != stack::FlowKind::Request && !m_options.showAuxiliary) ||
        line.path.isEmpty())
        return;
    const Colors &c = Theme::colors();
    QString label = flow.port > 0 ? u"%1 %2"_s.arg(toQt(flow.protocol)).arg(flow.port) : toQt(flow.protocol);
    if (line.state.broken && !line.state.reason.empty())
        label += u" · "_s + toQt(line.state.reason);
    QFont font = m_painter.font();
    font.setPixelSize(11);
    font.setWeight(QFont::Medium);
    const double width = std::min(300.0, QFontMetricsF(font).horizontalAdvance(label) + 18);
    const QPointF middle = line.path.pointAtPercent(0.5);
    const QRectF pill(middle.x() - width / 2, middle.y() - 10, width, 20);
    m_painter.setPen(QPen(line.state.broken ? c.bad : c.border, 1));
    m_painter.setBrush(c.card);
    m_painter.drawRoundedRect(pill, 10, 10);
    text(pill.adjusted(8, 0, -8, 0), Qt::AlignCenter, label, 11, line.state.broken ? c.bad : c.text, QFont::Medium);
}

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/ScenePainter.h"

#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double headHeight = 40;
constexpr double radius = 10;

QColor faded(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(color.alphaF() * alpha));
    return color;
}

QString readyText(const stack::ComponentState &state)
{
    return state.desired == 0 && state.ready == 0 ? QString() : u"%1/%2"_s.arg(state.ready).arg(state.desired);
}

/// Quota names are long; two of them are known to everybody by a shorter word.
QString gaugeName(const std::string &resource)
{
    if (resource == "persistentvolumeclaims")
        return QCoreApplication::translate("Topology", "claims");
    return toQt(resource).replace(u"requests."_s, u"req. "_s).replace(u"limits."_s, u"lim. "_s);
}

QColor gaugeColor(double fraction)
{
    const Colors &c = Theme::colors();
    return fraction >= 0.9 ? c.bad : fraction >= 0.8 ? c.warning : c.good;
}

} // namespace

ScenePainter::ScenePainter(QPainter &painter, const Scene &scene, PaintOptions options)
    : m_painter(painter), m_scene(scene), m_options(std::move(options)), m_detail(detailAt(m_options.scale))
{
    if (!m_options.selected.empty())
        m_related = m_scene.related(m_options.selected);
}

Detail ScenePainter::detailAt(double scale)
{
    return scale < 0.42 ? Detail::Far : scale < 1.25 ? Detail::Middle : Detail::Near;
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
    if (m_options.search.isEmpty())
        return false;
    const Scene::Card *card = m_scene.card(id);
    return card && !toQt(card->state.component.title).contains(m_options.search, Qt::CaseInsensitive) &&
           !toQt(card->state.component.workload.name).contains(m_options.search, Qt::CaseInsensitive) &&
           !toQt(id).contains(m_options.search, Qt::CaseInsensitive);
}

void ScenePainter::text(const QRectF &area, int flags, const QString &string, double pixels, const QColor &color,
                        QFont::Weight weight)
{
    QFont font = m_painter.font();
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(pixels))));
    font.setWeight(weight);
    m_painter.setFont(font);
    m_painter.setPen(color);
    const QString fitting = QFontMetricsF(font).elidedText(string, Qt::ElideRight, area.width());
    m_painter.drawText(area, flags | Qt::TextSingleLine, fitting);
}

void ScenePainter::paint()
{
    m_painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    for (const Scene::Panel &panel : m_scene.panels) {
        if (isVisible(panel.area))
            paintPanel(panel);
    }
    if (!m_scene.internet.isNull())
        paintInternet();
    for (std::size_t i = 0; i < m_scene.lines.size(); ++i)
        paintLine(m_scene.lines[i], static_cast<int>(i));
    for (const Scene::Card &card : m_scene.cards) {
        if (isShown(card, m_options) && isVisible(card.area))
            m_detail == Detail::Far ? paintFarCard(card) : paintCard(card);
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
    m_painter.setOpacity(1);
    m_painter.setPen(QPen(c.border, c.highContrast ? 2 : 1));
    m_painter.setBrush(c.panel);
    m_painter.drawRoundedRect(panel.area, 16, 16);

    // Far away the name is drawn in screen pixels, so that the map stays readable.
    const double grow = m_detail == Detail::Far ? std::min(2.6, 0.5 / m_options.scale) * 1.2 : 1;
    const QRectF head(panel.area.left() + 16, panel.area.top() + 10, panel.area.width() - 32, headHeight - 12);
    const double mark = 16 * grow;
    paintStateIcon(m_painter, QRectF(head.left(), head.center().y() - mark / 2, mark, mark), panel.state.worst.state,
                   c.state(panel.state.worst.state), m_options.phase);
    QFont font = m_painter.font();
    font.setPixelSize(static_cast<int>(14 * grow));
    font.setWeight(QFont::DemiBold);
    const QString name = toQt(panel.state.name.value());
    const double nameWidth = QFontMetricsF(font).horizontalAdvance(name);
    const double left = head.left() + mark + 8;
    text(QRectF(left, head.top() - 8, std::min(nameWidth + 2, head.right() - left), head.height() + 16),
         Qt::AlignVCenter, name, 14 * grow, c.text, QFont::DemiBold);
    if (m_detail == Detail::Far)
        return;
    const double wordLeft = left + nameWidth + 12;
    const double wordWidth = 92;
    if (wordLeft + wordWidth < head.right())
        text(QRectF(wordLeft, head.top(), wordWidth, head.height()), Qt::AlignVCenter,
             stateWord(panel.state.worst.state), 12, c.state(panel.state.worst.state), QFont::Medium);
    paintGauges(panel, wordLeft + wordWidth);
}

void ScenePainter::paintGauges(const Scene::Panel &panel, double leftLimit)
{
    const Colors &c = Theme::colors();
    constexpr double width = 112;
    double right = panel.area.right() - 16;
    // The fullest are shown when there is no room for all: they are the ones that will refuse a pod.
    std::vector<stack::NamespaceState::Gauge> gauges = panel.state.quota;
    std::stable_sort(gauges.begin(), gauges.end(),
                     [](const auto &a, const auto &b) { return a.fraction > b.fraction; });
    for (const auto &gauge : gauges) {
        if (right - width < leftLimit)
            return;
        const QRectF area(right - width, panel.area.top() + 8, width, headHeight - 12);
        const QColor color = gaugeColor(gauge.fraction);
        text(QRectF(area.left(), area.top(), width - 36, 14), Qt::AlignVCenter, gaugeName(gauge.resource), 10, c.muted);
        text(QRectF(area.right() - 44, area.top(), 44, 14), Qt::AlignRight | Qt::AlignVCenter,
             u"%1 %"_s.arg(std::lround(gauge.fraction * 100)), 10, gauge.fraction >= 0.8 ? color : c.muted,
             gauge.fraction >= 0.8 ? QFont::DemiBold : QFont::Normal);
        const QRectF track(area.left(), area.top() + 18, width, 4);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(c.border);
        m_painter.drawRoundedRect(track, 2, 2);
        m_painter.setBrush(color);
        m_painter.drawRoundedRect(
            QRectF(track.topLeft(), QSizeF(track.width() * std::clamp(gauge.fraction, 0.0, 1.0), 4)), 2, 2);
        right -= width + 16;
    }
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
    QColor color = line.state.broken ? c.bad : lit || hovered ? c.accent : c.flow;
    double width = hovered || line.state.broken ? 2.2 : lit ? 2 : 1.5;
    width *= m_detail == Detail::Far ? 1.8 : 1;
    if (auxiliary && !line.state.broken && !lit && !hovered)
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
    if (!line.state.broken) {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(color);
        m_painter.drawPolygon(QPolygonF{tip, tip - u * 8 + n * 3.6, tip - u * 8 - n * 3.6});
    } else {
        // The cross stands where the flow breaks: at what should have answered.
        const QPointF at = line.path.pointAtPercent(std::max(0.0, 1 - 16 / length));
        m_painter.setPen(QPen(c.card, 1.5));
        m_painter.setBrush(c.bad);
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

void ScenePainter::paintFarCard(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const QColor color = c.state(card.state.health.state);
    m_painter.setOpacity(isDimmed(card.id()) ? 0.25 : 1);
    m_painter.setPen(QPen(card.id() == m_options.selected ? c.accent : color, card.id() == m_options.selected ? 5 : 2));
    m_painter.setBrush(c.tint(color, c.highContrast ? 0.0 : 0.16));
    m_painter.drawRoundedRect(card.area, 14, 14);
    const double side = cardHeight * 0.5;
    paintStateIcon(m_painter, QRectF(card.area.center().x() - side / 2, card.area.center().y() - side / 2, side, side),
                   card.state.health.state, color, m_options.phase);
    m_painter.setOpacity(1);
}

void ScenePainter::paintCard(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const bool selected = card.id() == m_options.selected;
    const bool hovered = card.id() == m_options.hoveredCard;
    const QColor stateColor = c.state(card.state.health.state);
    m_painter.setOpacity(isDimmed(card.id()) ? 0.28 : 1);
    if (!c.highContrast) {
        m_painter.setPen(Qt::NoPen);
        for (const double spread : {3.0, 1.5}) {
            m_painter.setBrush(faded(c.shadow, 0.5));
            m_painter.drawRoundedRect(card.area.adjusted(-spread + 1, 0, spread - 1, spread + 0.5), radius + 1,
                                      radius + 1);
        }
    }
    m_painter.setPen(QPen(c.border, c.highContrast ? 2 : 1));
    m_painter.setBrush(hovered ? c.tint(c.text, c.dark ? 0.06 : 0.015) : c.card);
    m_painter.drawRoundedRect(card.area, radius, radius);

    QPainterPath stripe;
    stripe.addRoundedRect(card.area, radius, radius);
    QPainterPath cut;
    cut.addRect(QRectF(card.area.left(), card.area.top(), 5, card.area.height()));
    m_painter.setPen(Qt::NoPen);
    m_painter.fillPath(stripe.intersected(cut), stateColor);

    paintCardHead(card);
    paintCardState(card);
    paintPods(card);
    if (selected) {
        m_painter.setPen(QPen(c.accent, m_options.focused ? 2.5 : 2));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRoundedRect(card.area.adjusted(-3, -3, 3, 3), radius + 3, radius + 3);
    }
    m_painter.setOpacity(1);
}

void ScenePainter::paintCardHead(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const QRectF a = card.area;
    const QRectF badge(a.left() + 16, a.top() + 12, 32, 32);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(c.highContrast ? c.card : c.panel);
    m_painter.drawRoundedRect(badge, 8, 8);
    const QString kind = toQt(card.state.component.workload.kind.kind);
    paintIcon(m_painter, badge.adjusted(6, 6, -6, -6), iconOfKind(kind), c.text);
    const QString ready = readyText(card.state);
    const double readyWidth = ready.isEmpty() ? 0 : 48;
    const double left = badge.right() + 10;
    const double width = a.right() - 14 - left;
    text(QRectF(left, a.top() + 10, width - readyWidth, 19), Qt::AlignVCenter, toQt(card.state.component.title), 14,
         c.text, QFont::DemiBold);
    text(QRectF(left, a.top() + 28, width - readyWidth, 16), Qt::AlignVCenter, kind, 11, c.muted);
    if (!ready.isEmpty())
        text(QRectF(a.right() - 14 - readyWidth, a.top() + 10, readyWidth, 19), Qt::AlignRight | Qt::AlignVCenter,
             ready, 14, card.state.ready < card.state.desired ? c.state(card.state.health.state) : c.text,
             QFont::DemiBold);
}

void ScenePainter::paintCardState(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    const QRectF a = card.area;
    const cluster::HealthState state = card.state.health.state;
    paintStateIcon(m_painter, QRectF(a.left() + 17, a.top() + 55, 15, 15), state, c.state(state), m_options.phase);
    text(QRectF(a.left() + 38, a.top() + 53, 96, 19), Qt::AlignVCenter, stateWord(state), 12, c.state(state),
         QFont::DemiBold);

    QString line = state == cluster::HealthState::Healthy ? QString() : toQt(card.state.health.reason);
    const bool near = m_detail == Detail::Near;
    if ((near || line.isEmpty()) && !card.images.isEmpty() && (near || state == cluster::HealthState::Healthy)) {
        // Close up the images are what one came for; a reason keeps the first half of the line's height.
        const QString images = card.images.join(u", "_s);
        if (line.isEmpty() || !near) {
            line = near ? images : QString();
        } else {
            text(QRectF(a.left() + 17, a.top() + 86, a.width() - 30, 13), Qt::AlignVCenter, images, 9, c.muted);
            text(QRectF(a.left() + 17, a.top() + 73, a.width() - 30, 13), Qt::AlignVCenter, line, 10, c.text);
            return;
        }
    }
    if (line.isEmpty())
        line = toQt(card.state.health.reason);
    text(QRectF(a.left() + 17, a.top() + 76, a.width() - 30, 17), Qt::AlignVCenter, line, 11, c.muted);
}

void ScenePainter::paintPods(const Scene::Card &card)
{
    const Colors &c = Theme::colors();
    constexpr double dot = 10;
    constexpr double step = 14;
    constexpr int most = 6;
    const auto &pods = card.state.pods;
    double x = card.area.right() - 14 - dot;
    const double y = card.area.top() + 58;
    const int count = static_cast<int>(pods.size());
    if (count > most) {
        text(QRectF(card.area.right() - 14 - 34, y - 3, 34, 16), Qt::AlignRight | Qt::AlignVCenter,
             u"+%1"_s.arg(count - most), 11, c.muted);
        x -= 30;
    }
    for (int i = std::min(count, most) - 1; i >= 0; --i) {
        const auto state = pods[static_cast<std::size_t>(i)].health.state;
        paintPodDot(m_painter, QRectF(x, y, dot, dot), state, c.state(state));
        x -= step;
    }
}

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/TopologyView.h"

#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QAccessible>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double smallest = 0.08;
constexpr double largest = 3;
constexpr double margin = 24;

bool samePlaces(const Scene &a, const Scene &b)
{
    return a.bounds == b.bounds && a.cards.size() == b.cards.size() &&
           std::equal(a.cards.begin(), a.cards.end(), b.cards.begin(),
                      [](const auto &x, const auto &y) { return x.id() == y.id() && x.area == y.area; });
}

} // namespace

TopologyView::TopologyView(QWidget *parent) : QWidget(parent)
{
    setObjectName(u"topologyView"_s);
    setAccessibleName(tr("Topology"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(320, 240);
    m_animation.setDuration(180);
    m_animation.setEasingCurve(QEasingCurve::OutCubic);
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(1.0);
    connect(&m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant &value) {
        m_shown = value.toDouble() >= 1 ? m_target : blend(m_from, m_target, value.toDouble());
        update();
    });
    m_turning.setInterval(80);
    connect(&m_turning, &QTimer::timeout, this, [this] {
        m_phase = std::fmod(m_phase + 0.08, 1.0);
        if (isVisible())
            update();
    });
}

void TopologyView::setTopology(const stack::Topology &topology, const CardDetails &details)
{
    Scene next = makeScene(topology, details);
    const bool first = m_target.cards.empty();
    const bool move = !first && !samePlaces(m_target, next);
    m_from = m_shown;
    m_target = std::move(next);
    if (!m_selected.empty() && !m_target.card(m_selected))
        select({});
    if (first || !m_userMoved)
        fit();
    if (move && isVisible()) {
        m_animation.stop();
        m_animation.start();
    } else if (m_animation.state() != QAbstractAnimation::Running) {
        m_shown = m_target;
    }
    updateTurning();
    update();
}

void TopologyView::updateTurning()
{
    // Nothing is known to go on while the cluster does not answer.
    const bool busy =
        !isStale() && std::any_of(m_target.cards.begin(), m_target.cards.end(), [](const Scene::Card &card) {
            return card.state.health.state == cluster::HealthState::Progressing;
        });
    if (busy && !m_turning.isActive())
        m_turning.start();
    else if (!busy)
        m_turning.stop();
}

QRect TopologyView::cardRect(const std::string &id) const
{
    const Scene::Card *card = m_target.card(id);
    if (!card)
        return {};
    return QRectF(card->area.topLeft() * m_scale + m_offset, card->area.size() * m_scale).toRect();
}

void TopologyView::setAuxiliaryShown(bool shown)
{
    m_auxiliary = shown;
    update();
}

void TopologyView::setAlerts(CardAlerts alerts)
{
    if (m_alerts == alerts)
        return;
    m_alerts = std::move(alerts);
    if (const Scene::Card *card = m_target.card(m_selected))
        setAccessibleDescription(describe(*card));
    update();
}

void TopologyView::setHiddenStates(const std::set<cluster::HealthState> &states)
{
    m_hidden = states;
    update();
}

void TopologyView::setSearch(const QString &text)
{
    m_search = text.trimmed();
    update();
}

void TopologyView::setNameSpace(const QString &nameSpace)
{
    if (m_nameSpace == nameSpace)
        return;
    m_nameSpace = nameSpace;
    fit();
    update();
}

void TopologyView::setStale(const QString &why)
{
    if (m_stale == why)
        return;
    m_stale = why;
    updateTurning();
    update();
}

void TopologyView::selectFirstMatch()
{
    for (const Scene::Card &card : m_target.cards) {
        if (toQt(card.state.component.title).contains(m_search, Qt::CaseInsensitive) ||
            toQt(card.id()).contains(m_search, Qt::CaseInsensitive)) {
            select(card.id());
            setFocus();
            return;
        }
    }
}

QString TopologyView::describe(const Scene::Card &card) const
{
    QString text = tr("%1, %2, %3, %4 of %5 ready. %6")
                       .arg(toQt(card.state.component.title), toQt(card.state.component.workload.kind.kind),
                            options().stateText(card.state.health.state))
                       .arg(card.state.ready)
                       .arg(card.state.desired)
                       .arg(toQt(card.state.health.reason));
    if (const auto found = m_alerts.find(card.id()); found != m_alerts.end()) {
        for (const CardAlert &alert : found->second)
            text += u'\n' + (alert.firing ? tr("Alert: %1") : tr("Alert pending: %1")).arg(alert.text);
    }
    return text;
}

void TopologyView::select(const std::string &id)
{
    if (m_selected == id)
        return;
    m_selected = id;
    if (const Scene::Card *card = m_target.card(id)) {
        ensureVisible(card->area);
        // A screen reader says what is selected: the picture itself has no child widgets.
        setAccessibleDescription(describe(*card));
        QAccessibleEvent said(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&said);
    } else {
        setAccessibleDescription({});
    }
    update();
    emit selectionChanged(toQt(id));
}

void TopologyView::ensureVisible(const QRectF &area)
{
    const QRectF onWidget(area.topLeft() * m_scale + m_offset, area.size() * m_scale);
    const QRectF view = QRectF(rect()).adjusted(margin / 2, margin / 2, -margin / 2, -margin / 2);
    if (view.contains(onWidget) || view.isEmpty())
        return;
    QPointF shift;
    if (onWidget.left() < view.left() || onWidget.width() > view.width())
        shift.setX(view.left() - onWidget.left());
    else if (onWidget.right() > view.right())
        shift.setX(view.right() - onWidget.right());
    if (onWidget.top() < view.top() || onWidget.height() > view.height())
        shift.setY(view.top() - onWidget.top());
    else if (onWidget.bottom() > view.bottom())
        shift.setY(view.bottom() - onWidget.bottom());
    m_offset += shift;
    m_userMoved = true;
}

void TopologyView::zoomAt(const QPointF &point, double factor)
{
    const double scale = std::clamp(m_scale * factor, smallest, largest);
    const QPointF fixed = toScene(point);
    m_scale = scale;
    m_offset = point - fixed * scale;
    m_userMoved = true;
    update();
}

void TopologyView::zoomBy(double factor)
{
    zoomAt(QRectF(rect()).center(), factor);
}

void TopologyView::fit()
{
    m_userMoved = false;
    QRectF area = m_target.bounds;
    for (const Scene::Panel &panel : m_target.panels) {
        if (!m_nameSpace.isEmpty() && toQt(panel.state.name.value()) == m_nameSpace)
            area = panel.area;
    }
    showArea(area);
}

void TopologyView::showArea(const QRectF &area)
{
    if (area.isEmpty() || width() < 10 || height() < 10)
        return;
    const double scale = std::min((width() - 2 * margin) / area.width(), (height() - 2 * margin) / area.height());
    m_scale = std::clamp(scale, smallest, 1.2);
    m_offset = QRectF(rect()).center() - area.center() * m_scale;
    update();
}

void TopologyView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (!m_userMoved)
        fit();
}

PaintOptions TopologyView::options() const
{
    PaintOptions result;
    result.scale = m_scale;
    result.phase = m_phase;
    result.visible = QRectF(toScene({0, 0}), toScene({static_cast<double>(width()), static_cast<double>(height())}));
    result.selected = m_selected;
    result.hoveredCard = m_hovered;
    result.hoveredLine = m_hoveredLine;
    result.focused = hasFocus();
    result.showAuxiliary = m_auxiliary;
    result.hidden = m_hidden;
    result.search = m_search;
    result.nameSpace = m_nameSpace;
    result.stale = isStale();
    result.alerts = m_alerts;
    return result;
}

void TopologyView::paintNothing(QPainter &painter)
{
    painter.setPen(Theme::colors().muted);
    painter.drawText(rect(), Qt::AlignCenter,
                     tr("Nothing to show yet.\nThe picture appears as soon as the cluster has answered."));
}

void TopologyView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(font());
    painter.fillRect(rect(), Theme::colors().canvas);
    if (m_shown.cards.empty() && m_shown.panels.empty()) {
        paintNothing(painter);
        return;
    }
    painter.translate(m_offset);
    painter.scale(m_scale, m_scale);
    ScenePainter(painter, m_shown, options()).paint();
    painter.resetTransform();
    if (isStale())
        paintStale(painter);
    if (hasFocus() && m_selected.empty()) {
        painter.setPen(QPen(Theme::colors().accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(3, 3, -3, -3), 8, 8);
    }
}

/// Over the whole picture: a grey veil with lines that nobody takes for a healthy cluster, and why.
void TopologyView::paintStale(QPainter &painter)
{
    const Colors &c = Theme::colors();
    painter.setRenderHint(QPainter::Antialiasing);
    QColor lines = c.unsure;
    lines.setAlphaF(c.highContrast ? 0.45F : 0.16F);
    painter.setPen(QPen(lines, 1.5));
    constexpr int step = 24;
    for (int x = -height(); x < width(); x += step)
        painter.drawLine(x, height(), x + height(), 0);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    const int width = std::min(this->width() - 32, QFontMetrics(bold).horizontalAdvance(m_stale) + 48);
    const QRectF pill((this->width() - width) / 2.0, 12, width, 32);
    painter.setPen(QPen(c.bad, 1.5));
    painter.setBrush(c.tint(c.bad, c.highContrast ? 0 : 0.14));
    painter.drawRoundedRect(pill, 16, 16);
    painter.setPen(c.text);
    painter.drawText(pill, Qt::AlignCenter,
                     QFontMetrics(bold).elidedText(m_stale, Qt::ElideRight, static_cast<int>(pill.width()) - 32));
}

void TopologyView::paintAll(QPainter &painter, double scale) const
{
    painter.setFont(font());
    painter.scale(scale, scale);
    painter.translate(margin, margin);
    painter.fillRect(m_target.bounds.adjusted(-margin, -margin, margin, margin), Theme::colors().canvas);
    painter.translate(-m_target.bounds.topLeft());
    PaintOptions all;
    all.scale = 1;
    all.showAuxiliary = m_auxiliary;
    all.showPorts = true;
    all.hidden = m_hidden;
    all.stale = isStale();
    ScenePainter(painter, m_target, all).paint();
}

bool TopologyView::exportSvg(const QString &file) const
{
    QSvgGenerator generator;
    generator.setFileName(file);
    const QSize size = (m_target.bounds.size() + QSizeF(2 * margin, 2 * margin)).toSize();
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(tr("Topology"));
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    paintAll(painter, 1);
    return painter.end();
}

bool TopologyView::exportPng(const QString &file, double scale) const
{
    QImage image(((m_target.bounds.size() + QSizeF(2 * margin, 2 * margin)) * scale).toSize(),
                 QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return false;
    image.fill(Theme::colors().canvas);
    QPainter painter(&image);
    paintAll(painter, scale);
    painter.end();
    return image.save(file);
}

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/TopologyView.h"

#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QImage>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPathStroker>
#include <QSvgGenerator>
#include <QToolTip>
#include <QWheelEvent>

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
    return tr("%1, %2, %3, %4 of %5 ready. %6")
        .arg(toQt(card.state.component.title), toQt(card.state.component.workload.kind.kind),
             options().stateText(card.state.health.state))
        .arg(card.state.ready)
        .arg(card.state.desired)
        .arg(toQt(card.state.health.reason));
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

std::string TopologyView::cardAt(const QPointF &scenePoint) const
{
    for (const Scene::Card &card : m_shown.cards) {
        if (card.area.contains(scenePoint) && !m_hidden.contains(card.state.health.state))
            return card.id();
    }
    return {};
}

int TopologyView::lineAt(const QPointF &scenePoint) const
{
    QPainterPathStroker stroker;
    stroker.setWidth(12 / std::max(0.3, m_scale));
    for (std::size_t i = 0; i < m_shown.lines.size(); ++i) {
        const Scene::Line &line = m_shown.lines[i];
        if (line.path.boundingRect().adjusted(-8, -8, 8, 8).contains(scenePoint) &&
            (m_auxiliary || line.state.flow.kind == stack::FlowKind::Request) &&
            stroker.createStroke(line.path).contains(scenePoint))
            return static_cast<int>(i);
    }
    return -1;
}

QString TopologyView::toolTipOf(const Scene::Panel &panel) const
{
    QStringList lines{tr("Namespace %1: %2").arg(toQt(panel.state.name.value()), stateWord(panel.state.worst.state))};
    if (!panel.state.worst.reason.empty())
        lines.append(toQt(panel.state.worst.reason));
    for (const auto &gauge : panel.state.quota)
        lines.append(tr("%1: %2 of %3 used (%4 %)")
                         .arg(toQt(gauge.resource), toQt(gauge.used), toQt(gauge.hard))
                         .arg(std::lround(gauge.fraction * 100)));
    return lines.join(u'\n');
}

QString TopologyView::toolTipAt(const QPointF &scenePoint) const
{
    if (const Scene::Card *card = m_shown.card(cardAt(scenePoint)))
        return describe(*card);
    const int index = lineAt(scenePoint);
    if (index < 0) {
        for (const Scene::Panel &panel : m_shown.panels) {
            if (panel.area.contains(scenePoint))
                return toolTipOf(panel);
        }
        return {};
    }
    const stack::FlowState &state = m_shown.lines[static_cast<std::size_t>(index)].state;
    QString text = tr("%1 → %2, %3 %4")
                       .arg(toQt(state.flow.from), toQt(state.flow.to), toQt(state.flow.protocol))
                       .arg(state.flow.port);
    if (state.broken)
        text += u"\n"_s + tr("Broken: %1").arg(toQt(state.reason));
    if (!state.flow.evidence.empty())
        text += u"\n"_s + tr("Known from %1").arg(toQt(state.flow.evidence));
    return text;
}

bool TopologyView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const QString text = toolTipAt(toScene(QPointF(help->pos())));
        text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

void TopologyView::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->position();
    m_panning = false;
}

void TopologyView::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & (Qt::LeftButton | Qt::MiddleButton)) {
        if (m_panning || (event->position() - m_pressed).manhattanLength() > 6) {
            m_panning = true;
            m_userMoved = true;
            m_offset += event->position() - m_pressed;
            m_pressed = event->position();
            setCursor(Qt::ClosedHandCursor);
            update();
        }
        return;
    }
    const QPointF at = toScene(event->position());
    const std::string card = cardAt(at);
    const int line = card.empty() ? lineAt(at) : -1;
    if (card == m_hovered && line == m_hoveredLine)
        return;
    m_hovered = card;
    m_hoveredLine = line;
    setCursor(card.empty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    update();
}

void TopologyView::mouseReleaseEvent(QMouseEvent *event)
{
    setCursor(Qt::ArrowCursor);
    if (!m_panning && event->button() == Qt::LeftButton)
        select(cardAt(toScene(event->position())));
    m_panning = false;
}

void TopologyView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const std::string id = cardAt(toScene(event->position()));
    if (!id.empty())
        emit opened(toQt(id));
    else
        fit();
}

void TopologyView::leaveEvent(QEvent *event)
{
    m_hovered.clear();
    m_hoveredLine = -1;
    update();
    QWidget::leaveEvent(event);
}

void TopologyView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void TopologyView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

void TopologyView::wheelEvent(QWheelEvent *event)
{
    const QPoint pixels = event->pixelDelta();
    if (!pixels.isNull() && !(event->modifiers() & Qt::ControlModifier)) {
        m_offset += pixels;
        m_userMoved = true;
        update();
        return;
    }
    zoomAt(event->position(), std::pow(1.0015, event->angleDelta().y()));
}

void TopologyView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (const std::string next = m_target.neighbour(m_selected, static_cast<Qt::Key>(event->key())); !next.empty())
            select(next);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_selected.empty())
            emit opened(toQt(m_selected));
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(1.2);
        return;
    case Qt::Key_Minus:
        zoomBy(1 / 1.2);
        return;
    case Qt::Key_0:
        fit();
        return;
    case Qt::Key_Escape:
        if (!m_selected.empty()) {
            select({});
            return;
        }
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
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

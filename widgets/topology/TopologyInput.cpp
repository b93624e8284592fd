// SPDX-License-Identifier: GPL-3.0-or-later
// What the mouse and the keyboard do in the picture, and what it says where the mouse rests.
#include "widgets/topology/TopologyView.h"

#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainterPathStroker>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

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

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
// What the mouse does in a terminal: it selects, scrolls, or is the program's.
#include "terminal/TerminalText.h"
#include "widgets/terminal/TerminalView.h"

#include <QApplication>
#include <QClipboard>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStyleHints>

#include <algorithm>

namespace binnacle::widgets {

using terminal::TerminalPlace;
using terminal::TerminalScreen;

namespace {

constexpr int notch = 120; ///< of a wheel, in eighths of a degree
constexpr int linesANotch = 3;

int numberOf(Qt::MouseButton button)
{
    return button == Qt::LeftButton ? 1 : button == Qt::MiddleButton ? 2 : button == Qt::RightButton ? 3 : 0;
}

} // namespace

TerminalPlace TerminalView::placeAt(const QPointF &point) const
{
    const int row = std::clamp((static_cast<int>(point.y()) - 1) / m_cell.height(), 0, m_screen.rows() - 1);
    const int column = (static_cast<int>(point.x()) - margin) / m_cell.width();
    return {topLine() + static_cast<std::uint64_t>(row), std::clamp(column, 0, m_screen.columns())};
}

/// False: the program does not want it, or the operator holds Shift to keep it.
bool TerminalView::tellMouse(const QPointF &point, int button, bool pressed, Qt::KeyboardModifiers modifiers)
{
    const auto wanted = m_screen.mouse();
    if (!m_isConnected || wanted == TerminalScreen::Mouse::Nothing || modifiers.testFlag(Qt::ShiftModifier))
        return false;
    const TerminalPlace place = placeAt(point);
    if (place.line < m_screen.screenTop())
        return false;
    const int row = static_cast<int>(place.line - m_screen.screenTop());
    const int column = std::min(place.column, m_screen.columns() - 1);
    if (button == 0)
        m_screen.mouseMove(row, column, modifiers);
    else
        m_screen.mouseButton(button, pressed, row, column, modifiers);
    sendAnswers();
    return true;
}

void TerminalView::select(const TerminalPlace &anchor, const TerminalPlace &end, Grip grip)
{
    m_from = std::min(anchor, end);
    m_to = std::max(anchor, end);
    if (grip == Grip::Words) {
        m_from = terminal::wordAt(m_screen, m_from).first;
        m_to = terminal::wordAt(m_screen, m_to).second;
    } else if (grip == Grip::Lines) {
        m_from.column = 0;
        m_to.column = m_screen.columns();
    }
    viewport()->update();
}

void TerminalView::mousePressEvent(QMouseEvent *event)
{
    if (tellMouse(event->position(), numberOf(event->button()), true, event->modifiers()))
        return;
    if (event->button() == Qt::MiddleButton && m_isConnected) {
        const QClipboard &clipboard = *QApplication::clipboard();
        if (clipboard.supportsSelection())
            emit pasted(clipboard.text(QClipboard::Selection));
        return;
    }
    if (event->button() != Qt::LeftButton)
        return;
    const TerminalPlace place = placeAt(event->position());
    // A third click soon after a double click takes the line.
    const bool isThird = m_sinceDouble.isValid() &&
                         m_sinceDouble.elapsed() < QGuiApplication::styleHints()->mouseDoubleClickInterval() &&
                         place.line == m_anchor.line;
    m_sinceDouble.invalidate();
    m_isSelecting = true;
    if (isThird) {
        m_grip = Grip::Lines;
        select(place, place, m_grip);
        return;
    }
    m_grip = Grip::Characters;
    if (!event->modifiers().testFlag(Qt::ShiftModifier) || !hasSelection())
        m_anchor = place;
    select(m_anchor, place, m_grip);
}

void TerminalView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (tellMouse(event->position(), numberOf(event->button()), true, event->modifiers()))
        return;
    if (event->button() != Qt::LeftButton)
        return;
    m_sinceDouble.start();
    m_isSelecting = true;
    m_grip = Grip::Words;
    m_anchor = placeAt(event->position());
    select(m_anchor, m_anchor, m_grip);
}

void TerminalView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_isSelecting) {
        (void)tellMouse(event->position(), 0, true, event->modifiers());
        return;
    }
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    QScrollBar &bar = *verticalScrollBar();
    if (event->position().y() < 0)
        bar.setValue(bar.value() - 1);
    else if (event->position().y() > viewport()->height())
        bar.setValue(bar.value() + 1);
    select(m_anchor, placeAt(event->position()), m_grip);
}

void TerminalView::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_isSelecting) {
        (void)tellMouse(event->position(), numberOf(event->button()), false, event->modifiers());
        return;
    }
    m_isSelecting = false;
    QClipboard &clipboard = *QApplication::clipboard();
    if (hasSelection() && clipboard.supportsSelection())
        clipboard.setText(selectedText(), QClipboard::Selection);
}

void TerminalView::wheelEvent(QWheelEvent *event)
{
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        setFontSize(font().pointSize() + (event->angleDelta().y() > 0 ? 1 : -1));
        return;
    }
    m_wheel += event->angleDelta().y();
    const int notches = m_wheel / notch;
    m_wheel %= notch;
    for (int i = 0; i < std::abs(notches); ++i) {
        const bool up = notches > 0;
        if (tellMouse(event->position(), up ? 4 : 5, true, event->modifiers()))
            continue;
        for (int line = 0; line < linesANotch; ++line) {
            if (m_screen.isAlternate() && m_isConnected) // such programs have no history, and scroll by arrow keys
                (void)m_screen.key(up ? Qt::Key_Up : Qt::Key_Down, Qt::NoModifier, {});
            else
                verticalScrollBar()->setValue(verticalScrollBar()->value() + (up ? -1 : 1));
        }
        sendAnswers();
    }
    event->accept();
}

} // namespace binnacle::widgets

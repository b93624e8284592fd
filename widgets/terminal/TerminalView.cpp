// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/terminal/TerminalView.h"

#include "terminal/TerminalText.h"
#include "widgets/terminal/TerminalPainter.h"
#include "widgets/theme/Text.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QStyleHints>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;
using terminal::TerminalPlace;
using terminal::TerminalScreen;

namespace {

constexpr int frame = 16; ///< milliseconds
constexpr int slowestFrame = 100;
constexpr int speakAfter = 400; ///< milliseconds without output

/// What the keyboard's Ctrl is: Qt swaps it with Command on macOS.
Qt::KeyboardModifiers terminalModifiers(Qt::KeyboardModifiers modifiers)
{
#ifdef Q_OS_MACOS
    modifiers.setFlag(Qt::ControlModifier, modifiers.testFlag(Qt::MetaModifier));
#endif
    return modifiers & (Qt::ShiftModifier | Qt::AltModifier | Qt::ControlModifier);
}

/// The modifiers of this widget's own keys.
Qt::KeyboardModifiers ownModifiers()
{
#ifdef Q_OS_MACOS
    return Qt::ControlModifier; // Command
#else
    return Qt::ControlModifier | Qt::ShiftModifier;
#endif
}

bool isTabSwitch(const QKeyEvent &event)
{
    return event.modifiers().testFlag(Qt::ControlModifier) &&
           (event.key() == Qt::Key_Tab || event.key() == Qt::Key_Backtab);
}

} // namespace

TerminalView::TerminalView(QWidget *parent) : QAbstractScrollArea(parent)
{
    setObjectName(u"terminalView"_s);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_InputMethodEnabled);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    verticalScrollBar()->setSingleStep(1);
    m_repaint.setSingleShot(true);
    m_repaint.setInterval(frame);
    m_speak.setSingleShot(true);
    m_speak.setInterval(speakAfter);
    connect(&m_repaint, &QTimer::timeout, this, [this] {
        updateBar();
        viewport()->update();
    });
    connect(&m_speak, &QTimer::timeout, this, &TerminalView::speak);
    connect(&m_blink, &QTimer::timeout, this, [this] {
        m_blinkedOff = !m_blinkedOff;
        viewport()->update(cursorArea());
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (!m_isAdjusting)
            m_isFollowing = value >= verticalScrollBar()->maximum();
        viewport()->update();
    });
    adaptFont();
}

TerminalView::~TerminalView() = default;

void TerminalView::feed(std::string_view bytes)
{
    const bool wasAlternate = m_screen.isAlternate();
    m_screen.feed(bytes);
    if (m_screen.isAlternate() != wasAlternate)
        clearSelection();
    if (m_screen.takeBell())
        emit rang();
    if (const QString title = toQt(m_screen.title()); title != m_title) {
        m_title = title;
        emit titleChanged(title);
    }
    sendAnswers();
    changed();
}

void TerminalView::say(const QString &text)
{
    // Out of whatever a program left behind: the other screen, colours, a hidden cursor.
    const std::string lead = m_screen.isAlternate() ? "\x1b[?1049l" : "";
    const std::string fresh = m_screen.cursor().place.column > 0 ? "\r\n" : "";
    m_screen.feed(lead + "\x1b[0m\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?2004l" + fresh + "\x1b[2m" +
                  text.toStdString() + "\x1b[0m\r\n");
    (void)m_screen.takeAnswers();
    changed();
}

void TerminalView::setConnected(bool connected)
{
    m_isConnected = connected;
    restartBlinking();
    changed();
}

void TerminalView::setFontSize(int points)
{
    QFont changed = font();
    changed.setPointSize(std::clamp(points, 6, 40));
    setFont(changed);
}

void TerminalView::adaptFont()
{
    const QFontMetricsF metrics(font());
    m_cell = {std::max(qRound(metrics.horizontalAdvance(u'M')), 4),
              std::max(qRound(metrics.ascent()) + qRound(metrics.descent()), 6)};
    adaptSize();
}

void TerminalView::adaptSize()
{
    const int columns = std::max((viewport()->width() - 2 * margin) / m_cell.width(), 2);
    const int rows = std::max((viewport()->height() - 2) / m_cell.height(), 1);
    if (columns == m_screen.columns() && rows == m_screen.rows())
        return;
    clearSelection();
    m_screen.resize(columns, rows);
    sendAnswers();
    changed();
    emit resized(columns, rows);
}

void TerminalView::changed()
{
    if (!m_repaint.isActive())
        m_repaint.start();
    if (QAccessible::isActive())
        m_speak.start();
}

/// For screen readers: the line that the cursor is on.
void TerminalView::speak()
{
    const auto cursor = m_screen.cursor().place;
    setAccessibleDescription(terminal::textBetween(m_screen, {cursor.line, 0}, {cursor.line, m_screen.columns()}));
}

void TerminalView::updateBar()
{
    m_isAdjusting = true;
    QScrollBar &bar = *verticalScrollBar();
    const std::uint64_t top = m_isFollowing ? m_screen.screenTop() : std::max(m_top, m_screen.first());
    bar.setPageStep(m_screen.rows());
    bar.setRange(0, static_cast<int>(m_screen.screenTop() - m_screen.first()));
    bar.setValue(static_cast<int>(top - m_screen.first()));
    m_isAdjusting = false;
    m_top = topLine();
}

std::uint64_t TerminalView::topLine() const
{
    return m_screen.first() + static_cast<std::uint64_t>(verticalScrollBar()->value());
}

void TerminalView::paintEvent(QPaintEvent *event)
{
    QElapsedTimer time;
    time.start();
    m_top = topLine();
    QPainter painter(viewport());
    TerminalPainter lines(painter, font(), m_cell);
    painter.fillRect(event->rect(), lines.palette().background());
    const auto cursor = m_screen.cursor();
    const bool showsCursor = cursor.isVisible && m_isConnected && !m_blinkedOff;
    for (int row = 0; row < m_screen.rows(); ++row) {
        const QPoint at(margin, 1 + row * m_cell.height());
        if (!event->rect().intersects(QRect(0, at.y(), viewport()->width(), m_cell.height())))
            continue;
        const std::uint64_t number = m_top + static_cast<std::uint64_t>(row);
        const auto line = m_screen.line(number);
        const bool isSelected = hasSelection() && number >= m_from.line && number <= m_to.line;
        const int from = isSelected && number == m_from.line ? m_from.column : 0;
        const int to = !isSelected ? 0 : number == m_to.line ? m_to.column : m_screen.columns();
        lines.drawLine(line, at, from, to);
        if (number != cursor.place.line)
            continue;
        if (!m_composing.isEmpty())
            lines.drawText(m_composing, cursorArea().topLeft(), lines.palette().foreground());
        else if (showsCursor)
            lines.drawCursor(line, cursor, cursorArea(), hasFocus());
    }
    // Where drawing is slow, most of the time is for what the program writes all the same.
    m_repaint.setInterval(std::clamp<int>(static_cast<int>(time.elapsed()) * 4, frame, slowestFrame));
}

QRect TerminalView::cursorArea() const
{
    const auto cursor = m_screen.cursor().place;
    const auto row = static_cast<int>(static_cast<std::int64_t>(cursor.line) - static_cast<std::int64_t>(topLine()));
    const auto line = m_screen.line(cursor.line);
    const auto column = static_cast<std::size_t>(cursor.column);
    const int width = column < line.cells.size() ? std::max<int>(line.cells[column].width, 1) : 1;
    return {margin + cursor.column * m_cell.width(), 1 + row * m_cell.height(), width * m_cell.width(),
            m_cell.height()};
}

void TerminalView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    adaptSize();
}

void TerminalView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        adaptFont();
    if (event->type() == QEvent::PaletteChange)
        viewport()->update();
}

void TerminalView::restartBlinking()
{
    const int period = QGuiApplication::styleHints()->cursorFlashTime();
    m_blinkedOff = false;
    if (hasFocus() && m_isConnected && m_screen.cursor().blinks && period > 0)
        m_blink.start(period / 2);
    else
        m_blink.stop();
}

void TerminalView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    restartBlinking();
    viewport()->update();
}

void TerminalView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    restartBlinking();
    viewport()->update();
}

/// Tab is a key of the program's.
bool TerminalView::focusNextPrevChild(bool next)
{
    return !m_isConnected && QAbstractScrollArea::focusNextPrevChild(next);
}

bool TerminalView::event(QEvent *event)
{
    // A key that the terminal takes is no shortcut of the window.
    if (event->type() == QEvent::ShortcutOverride && m_isConnected && !isTabSwitch(*static_cast<QKeyEvent *>(event))) {
        event->accept();
        return true;
    }
    return QAbstractScrollArea::event(event);
}

bool TerminalView::ownKey(const QKeyEvent &event)
{
    const int key = event.key();
    const auto modifiers = event.modifiers() & ~Qt::KeypadModifier;
    QScrollBar &bar = *verticalScrollBar();
    if (modifiers == ownModifiers()) {
        switch (key) {
        case Qt::Key_C:
            copy();
            return true;
        case Qt::Key_V:
            paste();
            return true;
        case Qt::Key_A:
            selectAll();
            return true;
        case Qt::Key_O:
            emit leaveWanted();
            return true;
        case Qt::Key_W:
            emit closeWanted();
            return true;
        default:
            break;
        }
    }
    if (modifiers != Qt::ShiftModifier)
        return false;
    if (key == Qt::Key_Insert) {
        paste();
        return true;
    }
    if (m_screen.isAlternate())
        return false;
    switch (key) {
    case Qt::Key_PageUp:
        bar.setValue(bar.value() - bar.pageStep());
        return true;
    case Qt::Key_PageDown:
        bar.setValue(bar.value() + bar.pageStep());
        return true;
    case Qt::Key_Home:
        bar.setValue(0);
        return true;
    case Qt::Key_End:
        bar.setValue(bar.maximum());
        return true;
    default:
        return false;
    }
}

void TerminalView::keyPressEvent(QKeyEvent *event)
{
    if (isTabSwitch(*event)) {
        event->ignore();
        return;
    }
    if (ownKey(*event))
        return;
    if (!m_isConnected) {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            emit reconnectWanted();
        else
            QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    if (!m_screen.key(static_cast<Qt::Key>(event->key()), terminalModifiers(event->modifiers()), event->text()))
        return;
    m_isFollowing = true;
    clearSelection();
    restartBlinking();
    sendAnswers();
    changed();
}

void TerminalView::sendAnswers()
{
    const std::string bytes = m_screen.takeAnswers();
    if (m_isConnected && !bytes.empty())
        emit typed(QByteArray::fromStdString(bytes));
}

void TerminalView::inputMethodEvent(QInputMethodEvent *event)
{
    m_composing = m_isConnected ? event->preeditString() : QString();
    if (m_isConnected && !event->commitString().isEmpty()) {
        m_screen.type(event->commitString());
        m_isFollowing = true;
        sendAnswers();
    }
    event->accept();
    changed();
}

QVariant TerminalView::inputMethodQuery(Qt::InputMethodQuery query) const
{
    switch (query) {
    case Qt::ImEnabled:
        return true;
    case Qt::ImCursorRectangle:
        return cursorArea();
    case Qt::ImHints:
        return int(Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
    default:
        return QAbstractScrollArea::inputMethodQuery(query);
    }
}

void TerminalView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    QAction *copying = menu.addAction(tr("Copy (Ctrl+Shift+C)"), this, &TerminalView::copy);
    copying->setEnabled(hasSelection());
    QAction *pasting = menu.addAction(tr("Paste (Ctrl+Shift+V)"), this, &TerminalView::paste);
    pasting->setEnabled(m_isConnected);
    menu.addAction(tr("Select all (Ctrl+Shift+A)"), this, &TerminalView::selectAll);
    menu.exec(event->globalPos());
}

void TerminalView::paste()
{
    if (m_isConnected)
        emit pasted(QApplication::clipboard()->text());
}

void TerminalView::copy() const
{
    if (hasSelection())
        QApplication::clipboard()->setText(selectedText());
}

QString TerminalView::selectedText() const
{
    return hasSelection() ? terminal::textBetween(m_screen, m_from, m_to) : QString();
}

void TerminalView::selectAll()
{
    m_from = {m_screen.first(), 0};
    m_to = {m_screen.end() - 1, m_screen.columns()};
    viewport()->update();
}

void TerminalView::clearSelection()
{
    m_isSelecting = false;
    m_from = m_to = {};
    viewport()->update();
}

} // namespace binnacle::widgets

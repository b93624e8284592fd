// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logs/LogView.h"

#include "logs/AnsiText.h"
#include "widgets/logs/LogFormats.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QTextLayout>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int margin = 8;
constexpr int stripe = 3;
constexpr qsizetype longestLabel = 36;
constexpr qsizetype longestShown = 16 * 1024; ///< characters of one line; the whole is in copies and files

} // namespace

LogView::LogView(const logs::LogStore &store, logs::LogRows &rows, QWidget *parent)
    : QAbstractScrollArea(parent), m_store(store), m_rows(rows)
{
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Log lines"));
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    verticalScrollBar()->setSingleStep(1);
    connect(&rows, &logs::LogRows::changed, this, &LogView::rowsChanged);
    connect(&rows, &logs::LogRows::renewed, this, [this] {
        updateBars();
        if (m_current)
            verticalScrollBar()->setValue(static_cast<int>(m_rows.rowOf(*m_current)));
        viewport()->update();
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::scrolled);
}

void LogView::setSourceLabels(const QStringList &labels)
{
    m_labels = labels;
    m_labelWidth = 0;
    for (const QString &label : labels)
        m_labelWidth = std::max(m_labelWidth, fontMetrics().horizontalAdvance(label.right(longestLabel)));
    viewport()->update();
}

void LogView::setTimestamps(bool shown)
{
    m_timestamps = shown;
    updateBars();
    viewport()->update();
}

void LogView::setWrapped(bool wrapped)
{
    m_wrapped = wrapped;
    updateBars();
    viewport()->update();
}

void LogView::setFollowing(bool following)
{
    if (following != m_following) {
        m_following = following;
        emit followingChanged(following);
    }
    updateBars();
    viewport()->update();
}

int LogView::rowHeight() const
{
    return fontMetrics().height() + 2;
}

int LogView::textLeft() const
{
    int left = margin + stripe;
    if (m_labels.size() > 1)
        left += m_labelWidth + margin;
    if (m_timestamps)
        left += fontMetrics().horizontalAdvance(u"2026-01-31 12:00:00.000"_s) + margin;
    return left;
}

std::uint64_t LogView::topRow() const
{
    return static_cast<std::uint64_t>(std::max(verticalScrollBar()->value(), 0));
}

int LogView::layOut(QTextLayout &layout, std::uint64_t line) const
{
    const auto at = m_store.line(line);
    const auto ansi = logs::parseAnsi(at.text.substr(0, static_cast<std::size_t>(longestShown)));
    layout.setText(toQt(ansi.text));
    layout.setFont(font());
    layout.setFormats(logFormats(ansi, layout.text(), at.entry->level, m_rows.filter()));
    QTextOption option;
    option.setWrapMode(m_wrapped ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::NoWrap);
    option.setTabStopDistance(8 * fontMetrics().horizontalAdvance(u' '));
    layout.setTextOption(option);
    layout.beginLayout();
    int height = 0;
    const int width = std::max(viewport()->width() - textLeft() - margin, 40);
    for (QTextLine row = layout.createLine(); row.isValid(); row = layout.createLine()) {
        row.setLineWidth(m_wrapped ? width : 1e7);
        row.setPosition(QPointF(0, height));
        height += rowHeight();
    }
    layout.endLayout();
    return std::max(height, rowHeight());
}

std::uint64_t LogView::lastPage() const
{
    const std::uint64_t count = m_rows.count();
    const int height = viewport()->height();
    if (!m_wrapped)
        return std::min<std::uint64_t>(count, static_cast<std::uint64_t>(std::max(height / rowHeight(), 1)));
    std::uint64_t page = 0;
    for (int used = 0; page < count; ++page) {
        QTextLayout layout;
        used += layOut(layout, m_rows.lineAt(count - page - 1));
        if (used > height)
            break;
    }
    return std::max<std::uint64_t>(page, std::min<std::uint64_t>(count, 1));
}

void LogView::updateBars()
{
    m_isAdjusting = true;
    const std::uint64_t page = lastPage();
    verticalScrollBar()->setPageStep(static_cast<int>(std::max<std::uint64_t>(page, 1)));
    verticalScrollBar()->setRange(0, static_cast<int>(m_rows.count() - page));
    if (m_following)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(fontMetrics().horizontalAdvance(u' ') * 4);
    horizontalScrollBar()->setRange(0, m_wrapped ? 0 : std::max(0, m_widest - viewport()->width()));
    m_isAdjusting = false;
}

void LogView::rowsChanged(quint64 removed)
{
    const int place = verticalScrollBar()->value();
    updateBars();
    if (!m_following && removed > 0) {
        m_isAdjusting = true;
        verticalScrollBar()->setValue(static_cast<int>(std::max<qint64>(0, place - static_cast<qint64>(removed))));
        m_isAdjusting = false;
    }
    viewport()->update();
}

void LogView::scrolled()
{
    if (!m_isAdjusting) {
        const bool atEnd = verticalScrollBar()->value() >= verticalScrollBar()->maximum();
        if (atEnd != m_following) {
            m_following = atEnd;
            emit followingChanged(atEnd);
        }
    }
    viewport()->update();
}

QString LogView::prefixOf(const logs::LogEntry &entry) const
{
    QString prefix;
    if (m_timestamps)
        prefix += QDateTime::fromMSecsSinceEpoch(entry.stamp / 1'000'000).toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s) + u' ';
    if (m_labels.size() > 1 && entry.source < m_labels.size())
        prefix += m_labels[entry.source] + u' ';
    return prefix;
}

void LogView::paintEvent(QPaintEvent *)
{
    const Colors &colors = Theme::colors();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colors.card);
    const int scroll = horizontalScrollBar()->value();
    const int left = textLeft();
    const std::uint64_t count = m_rows.count();
    int y = 0;
    int widest = m_widest;
    for (std::uint64_t row = topRow(); row < count && y < viewport()->height(); ++row) {
        const std::uint64_t line = m_rows.lineAt(row);
        const logs::LogEntry &entry = *m_store.line(line).entry;
        QTextLayout layout;
        const int height = layOut(layout, line);
        if (isSelected(line))
            painter.fillRect(0, y, viewport()->width(), height, colors.tint(colors.accent, hasFocus() ? 0.28 : 0.16));
        painter.setPen(colors.text);
        painter.save();
        painter.setClipRect(left - 2, y, viewport()->width() - left + 2, height);
        layout.draw(&painter, QPointF(left - scroll, y + 1));
        painter.restore();
        painter.fillRect(2, y, stripe, height, sourceColor(entry.source));
        int x = margin + stripe;
        if (m_timestamps) {
            const QString time =
                QDateTime::fromMSecsSinceEpoch(entry.stamp / 1'000'000).toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s);
            painter.setPen(colors.muted);
            painter.drawText(QPoint(x, y + 1 + fontMetrics().ascent()), time);
            x += fontMetrics().horizontalAdvance(u"2026-01-31 12:00:00.000"_s) + margin;
        }
        if (m_labels.size() > 1 && entry.source < m_labels.size()) {
            painter.setPen(sourceColor(entry.source));
            painter.drawText(QPoint(x, y + 1 + fontMetrics().ascent()), m_labels[entry.source].right(longestLabel));
        }
        widest = std::max(widest, left + margin + static_cast<int>(layout.maximumWidth()));
        if (m_current == line && hasFocus()) {
            painter.setPen(colors.accent);
            painter.drawRect(0, y, viewport()->width() - 1, height - 1);
        }
        y += height;
    }
    if (widest != m_widest) {
        m_widest = widest;
        QMetaObject::invokeMethod(this, &LogView::updateBars, Qt::QueuedConnection);
    }
}

void LogView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void LogView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        viewport()->update();
}

std::optional<std::uint64_t> LogView::rowAt(int y) const
{
    const std::uint64_t count = m_rows.count();
    int bottom = 0;
    for (std::uint64_t row = topRow(); row < count; ++row) {
        QTextLayout layout;
        bottom += m_wrapped ? layOut(layout, m_rows.lineAt(row)) : rowHeight();
        if (y < bottom)
            return row;
        if (bottom > viewport()->height())
            break;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> LogView::currentLine() const
{
    return m_current && *m_current >= m_store.first() && *m_current < m_store.end() ? m_current : std::nullopt;
}

void LogView::setCurrent(std::uint64_t line, bool extend)
{
    m_current = line;
    if (!extend)
        m_anchor = line;
    setAccessibleDescription(textOf(line));
    viewport()->update();
    emit currentChanged();
}

void LogView::showLine(std::uint64_t line)
{
    const auto row = static_cast<int>(m_rows.rowOf(line));
    const int page = verticalScrollBar()->pageStep();
    const int top = verticalScrollBar()->value();
    setCurrent(line, false);
    if (row < top || row >= top + page)
        verticalScrollBar()->setValue(std::max(0, row - page / 3));
}

void LogView::moveBy(std::int64_t rows, bool extend)
{
    const auto count = static_cast<std::int64_t>(m_rows.count());
    if (count == 0)
        return;
    const auto current = currentLine();
    const std::int64_t from = current ? static_cast<std::int64_t>(m_rows.rowOf(*current))
                                      : static_cast<std::int64_t>(topRow()) - (rows > 0 ? 1 : 0);
    const auto row = std::clamp<std::int64_t>(from + rows, 0, count - 1);
    setCurrent(m_rows.lineAt(static_cast<std::uint64_t>(row)), extend);
    QScrollBar &bar = *verticalScrollBar();
    if (row < bar.value())
        bar.setValue(static_cast<int>(row));
    else if (row >= bar.value() + bar.pageStep())
        bar.setValue(static_cast<int>(row) - bar.pageStep() + 1);
}

void LogView::keyPressEvent(QKeyEvent *event)
{
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const std::int64_t page = verticalScrollBar()->pageStep();
    const auto all = static_cast<std::int64_t>(m_rows.count());
    if (event->matches(QKeySequence::Copy)) {
        copy();
    } else if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
    } else if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) {
        moveBy(event->key() == Qt::Key_Up ? -1 : 1, extend);
    } else if (event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown) {
        moveBy(event->key() == Qt::Key_PageUp ? -page : page, extend);
    } else if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End) {
        moveBy(event->key() == Qt::Key_Home ? -all : all, extend);
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        emit activated();
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void LogView::mousePressEvent(QMouseEvent *event)
{
    const auto row = rowAt(static_cast<int>(event->position().y()));
    if (!row || event->button() != Qt::LeftButton)
        return;
    setCurrent(m_rows.lineAt(*row), event->modifiers().testFlag(Qt::ShiftModifier));
    if (*row + 1 < m_rows.count())
        setFollowing(false); // who looks at a line wants it to stay
}

void LogView::mouseMoveEvent(QMouseEvent *event)
{
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    const int y = static_cast<int>(event->position().y());
    if (y < 0)
        verticalScrollBar()->setValue(verticalScrollBar()->value() - 1);
    else if (y > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + 1);
    if (const auto row = rowAt(std::clamp(y, 0, viewport()->height() - 1)))
        setCurrent(m_rows.lineAt(*row), true);
}

void LogView::mouseDoubleClickEvent(QMouseEvent *)
{
    if (currentLine())
        emit activated();
}

void LogView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    QAction *copying = menu.addAction(tr("Copy the selected lines"), this, &LogView::copy);
    copying->setEnabled(selectedCount() > 0);
    menu.addAction(tr("Select all"), this, &LogView::selectAll);
    menu.addAction(tr("Show the fields"), this, &LogView::activated)->setEnabled(currentLine().has_value());
    menu.exec(event->globalPos());
}

bool LogView::isSelected(std::uint64_t line) const
{
    return m_current && line >= std::min(m_anchor, *m_current) && line <= std::max(m_anchor, *m_current);
}

QString LogView::textOf(std::uint64_t line) const
{
    return toQt(logs::withoutAnsi(m_store.line(line).text));
}

std::uint64_t LogView::selectedCount() const
{
    if (!m_current || m_rows.count() == 0)
        return 0;
    const std::uint64_t last = m_rows.rowOf(std::max(m_anchor, *m_current) + 1);
    return last - std::min(last, m_rows.rowOf(std::min(m_anchor, *m_current)));
}

QString LogView::selectedText() const
{
    QString text;
    const std::uint64_t count = std::min(selectedCount(), mostCopied);
    if (count == 0)
        return text;
    const std::uint64_t first = m_rows.rowOf(std::min(m_anchor, *m_current));
    for (std::uint64_t row = first; row < first + count; ++row) {
        const std::uint64_t line = m_rows.lineAt(row);
        text += prefixOf(*m_store.line(line).entry) + textOf(line) + u'\n';
    }
    return text;
}

void LogView::copy() const
{
    if (selectedCount() > 0)
        QApplication::clipboard()->setText(selectedText());
}

void LogView::selectAll()
{
    if (m_rows.count() == 0)
        return;
    m_anchor = m_rows.lineAt(0);
    setCurrent(m_rows.lineAt(m_rows.count() - 1), true);
}

} // namespace binnacle::widgets

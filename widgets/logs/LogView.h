// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogRows.h"

#include <QAbstractScrollArea>
#include <QColor>
#include <QStringList>

#include <optional>

class QTextLayout;

namespace binnacle::widgets {

/// The colour of a log's source: neighbours differ, in light and dark.
[[nodiscard]] QColor sourceColor(std::uint16_t source);

/// Draws the rows of a log that can be seen, and no others, so that a million lines cost no more than a screenful. It
/// scrolls by whole lines. At its end it follows what comes; elsewhere it stays where it is.
class LogView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    LogView(const logs::LogStore &store, logs::LogRows &rows, QWidget *parent = nullptr);

    void setSourceLabels(const QStringList &labels);
    void setTimestamps(bool shown);
    void setWrapped(bool wrapped);
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }

    /// Scrolls to the line and makes it the current one.
    void showLine(std::uint64_t line);
    /// The number of the current line; nothing: there is none, or it is gone.
    [[nodiscard]] std::optional<std::uint64_t> currentLine() const;
    /// The line's text without escapes.
    [[nodiscard]] QString textOf(std::uint64_t line) const;
    /// With source and time, as far as they are shown. At most mostCopied lines.
    [[nodiscard]] QString selectedText() const;
    [[nodiscard]] std::uint64_t selectedCount() const;
    void copy() const;
    void selectAll();

    static constexpr std::uint64_t mostCopied = 100'000;

signals:
    void followingChanged(bool following);
    void currentChanged();
    void activated();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void rowsChanged(quint64 removed);
    void updateBars();
    void moveBy(std::int64_t rows, bool extend);
    void setCurrent(std::uint64_t line, bool extend);
    void scrolled();
    [[nodiscard]] std::uint64_t topRow() const;
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int textLeft() const; ///< where lines begin, without scrolling
    /// Lays the row's text out and answers its height.
    int layOut(QTextLayout &layout, std::uint64_t line) const;
    /// How many of the last rows fill the window.
    [[nodiscard]] std::uint64_t lastPage() const;
    [[nodiscard]] std::optional<std::uint64_t> rowAt(int y) const;
    [[nodiscard]] bool isSelected(std::uint64_t line) const;
    [[nodiscard]] QString prefixOf(const logs::LogEntry &entry) const;

    const logs::LogStore &m_store;
    logs::LogRows &m_rows;
    QStringList m_labels;
    int m_labelWidth = 0;
    bool m_timestamps = false;
    bool m_wrapped = false;
    bool m_following = true;
    bool m_isAdjusting = false; ///< the scroll bar moves because of what came, not because of somebody
    std::optional<std::uint64_t> m_current;
    std::uint64_t m_anchor = 0;
    int m_widest = 0;
};

} // namespace binnacle::widgets

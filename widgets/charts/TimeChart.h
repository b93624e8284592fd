// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Overview.h"
#include "metrics/Points.h"

#include <QWidget>

#include <optional>
#include <vector>

class QPainter;

namespace binnacle::widgets {

/// A line of a chart. A quiet one is dashed and grey: what was requested, what is allowed.
struct ChartLine
{
    QString name;
    std::vector<metrics::Point> points;
    bool quiet = false;
};

/// Something that happened at a moment, marked in all charts.
struct ChartMark
{
    enum class Kind { Rollout, Restart, Alert, Runbook };
    std::int64_t milliseconds = 0;
    Kind kind = Kind::Rollout;
    QString text;
};

/// Lines over time. Dragging chooses a range, the cursor shows the values at a moment, and is the same in all charts
/// that share it. By keyboard: Left and Right move the cursor, + and - zoom around it, Esc goes back to the whole
/// range. Painted by itself: Qt Charts draws a line across values that are missing, and lays a scene out anew for every
/// value.
class TimeChart : public QWidget
{
    Q_OBJECT

public:
    explicit TimeChart(QWidget *parent = nullptr);

    void setLines(std::vector<ChartLine> lines, metrics::Unit unit);
    void setRange(std::int64_t from, std::int64_t to);
    void setMarks(std::vector<ChartMark> marks);
    /// Shown instead of lines where there are none.
    void setMessage(const QString &text);
    void setCursorTime(std::optional<std::int64_t> milliseconds);

    [[nodiscard]] const std::vector<ChartLine> &lines() const { return m_lines; }
    [[nodiscard]] std::optional<std::int64_t> cursorTime() const { return m_cursor; }
    [[nodiscard]] QString message() const { return m_message; }
    /// The moment at a place of the widget, and back.
    [[nodiscard]] std::int64_t timeAt(double x) const;
    [[nodiscard]] double placeOf(std::int64_t milliseconds) const;

    void paint(QPainter &painter, const QSize &size) const;
    [[nodiscard]] QSize sizeHint() const override { return {420, 220}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {260, 160}; }

signals:
    void cursorMoved(std::optional<std::int64_t> milliseconds);
    void rangeChosen(std::int64_t from, std::int64_t to);
    void wholeRangeWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Frame;
    [[nodiscard]] Frame frameOf(const QSize &size, const QFontMetrics &metrics) const;
    void paintGrid(QPainter &painter, const Frame &frame) const;
    void paintLines(QPainter &painter, const Frame &frame) const;
    void paintMarks(QPainter &painter, const Frame &frame) const;
    void paintCursor(QPainter &painter, const Frame &frame) const;
    void paintLegend(QPainter &painter, const Frame &frame) const;
    [[nodiscard]] QColor colorOf(std::size_t line) const;
    /// The line's value at or just before a moment.
    [[nodiscard]] static std::optional<double> valueAt(const ChartLine &line, std::int64_t milliseconds);
    void describeForScreenReaders();

    std::vector<ChartLine> m_lines;
    std::vector<ChartMark> m_marks;
    metrics::Unit m_unit = metrics::Unit::Number;
    std::int64_t m_from = 0;
    std::int64_t m_to = 1;
    QString m_message;
    std::optional<std::int64_t> m_cursor;
    std::optional<double> m_dragFrom;
    double m_dragTo = 0;
};

} // namespace binnacle::widgets

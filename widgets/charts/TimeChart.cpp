// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/TimeChart.h"

#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QDateTime>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTextOption>

#include <algorithm>
#include <array>
#include <cmath>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double leastDrag = 6; ///< pixels: less is a click

/// Steps that people count in, in seconds.
constexpr std::array<std::int64_t, 18> timeSteps = {5,    10,   15,    30,    60,    120,   300,    600,    900,
                                                    1800, 3600, 10800, 21600, 43200, 86400, 172800, 345600, 604800};

double niceCeiling(double value, metrics::Unit unit)
{
    if (!(value > 0))
        return 1;
    const double base = unit == metrics::Unit::Bytes || unit == metrics::Unit::BytesPerSecond ? 2 : 10;
    const double scale = std::pow(base, std::floor(std::log(value) / std::log(base)));
    for (const double step : {1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0, 10.0})
        if (value <= step * scale)
            return step * scale;
    return value;
}

QString timeLabel(std::int64_t milliseconds, std::int64_t step)
{
    const auto time = QDateTime::fromMSecsSinceEpoch(milliseconds);
    if (step >= 86'400'000)
        return time.toString(u"d MMM"_s);
    return time.toString(step < 60'000 ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

} // namespace

/// Where things are.
struct TimeChart::Frame
{
    QRectF plot;
    QRectF legend;
    double top = 1; ///< the value at the upper edge; 0 is at the lower one
    std::int64_t from = 0;
    std::int64_t to = 1;

    [[nodiscard]] double x(std::int64_t milliseconds) const
    {
        return plot.left() + plot.width() * static_cast<double>(milliseconds - from) / static_cast<double>(to - from);
    }
    [[nodiscard]] double y(double value) const { return plot.bottom() - plot.height() * value / top; }
};

TimeChart::TimeChart(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
}

void TimeChart::setLines(std::vector<ChartLine> lines, metrics::Unit unit)
{
    m_lines = std::move(lines);
    m_unit = unit;
    m_message.clear();
    setToolTip({});
    describeForScreenReaders();
    update();
}

void TimeChart::setRange(std::int64_t from, std::int64_t to)
{
    m_from = from;
    m_to = std::max(to, from + 1);
    update();
}

void TimeChart::setMarks(std::vector<ChartMark> marks)
{
    m_marks = std::move(marks);
    update();
}

void TimeChart::setMessage(const QString &text)
{
    m_message = text;
    m_lines.clear();
    setAccessibleDescription(text);
    setToolTip(text);
    update();
}

void TimeChart::setCursorTime(std::optional<std::int64_t> milliseconds)
{
    if (m_cursor == milliseconds)
        return;
    m_cursor = milliseconds;
    update();
}

void TimeChart::describeForScreenReaders()
{
    QStringList said;
    for (const ChartLine &line : m_lines)
        if (const auto value = valueAt(line, m_to))
            said.append(u"%1: %2"_s.arg(line.name, toQt(metrics::valueText(*value, m_unit))));
    setAccessibleDescription(said.join(u", "_s));
}

TimeChart::Frame TimeChart::frameOf(const QSize &size, const QFontMetrics &letters) const
{
    Frame frame;
    const double line = letters.height();
    const double left = letters.horizontalAdvance(u"000.0 KiB/s"_s) + 8;
    frame.legend = QRectF(10, size.height() - line - 2, size.width() - 20, line);
    frame.plot = QRectF(left, 6, size.width() - left - 12, size.height() - 2 * line - 16);
    frame.from = m_from;
    frame.to = m_to;
    double most = 0;
    for (const ChartLine &each : m_lines)
        for (const auto &point : each.points)
            if (point.value > most && point.milliseconds >= m_from && point.milliseconds <= m_to)
                most = point.value;
    frame.top = niceCeiling(most * 1.02, m_unit);
    return frame;
}

std::int64_t TimeChart::timeAt(double x) const
{
    const Frame frame = frameOf(size(), fontMetrics());
    const double share = std::clamp((x - frame.plot.left()) / frame.plot.width(), 0.0, 1.0);
    return m_from + std::llround(share * static_cast<double>(m_to - m_from));
}

double TimeChart::placeOf(std::int64_t milliseconds) const
{
    return frameOf(size(), fontMetrics()).x(milliseconds);
}

QColor TimeChart::colorOf(std::size_t line) const
{
    const Colors &c = Theme::colors();
    if (m_lines[line].quiet)
        return c.muted;
    // Told apart by lightness too, and readable on both grounds (Okabe and Ito's palette).
    static const std::array<QColor, 7> light = {
        QColor(0x00, 0x72, 0xb2), QColor(0xd5, 0x5e, 0x00), QColor(0x00, 0x8a, 0x63), QColor(0xa8, 0x4e, 0x86),
        QColor(0x8a, 0x6d, 0x00), QColor(0x1f, 0x8f, 0xc4), QColor(0x55, 0x55, 0x55)};
    static const std::array<QColor, 7> dark = {
        QColor(0x56, 0xb4, 0xe9), QColor(0xe6, 0x9f, 0x00), QColor(0x2f, 0xc4, 0x98), QColor(0xe0, 0x8f, 0xc0),
        QColor(0xf0, 0xe4, 0x42), QColor(0xff, 0x8a, 0x4c), QColor(0xbb, 0xbb, 0xbb)};
    std::size_t number = 0;
    for (std::size_t i = 0; i < line; ++i)
        number += m_lines[i].quiet ? 0 : 1;
    return (c.dark ? dark : light)[number % light.size()];
}

std::optional<double> TimeChart::valueAt(const ChartLine &line, std::int64_t milliseconds)
{
    const auto after =
        std::upper_bound(line.points.begin(), line.points.end(), milliseconds,
                         [](std::int64_t time, const metrics::Point &point) { return time < point.milliseconds; });
    if (after == line.points.begin() || std::isnan(std::prev(after)->value))
        return std::nullopt;
    return std::prev(after)->value;
}

void TimeChart::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    paint(painter, size());
    if (hasFocus()) {
        painter.setPen(QPen(Theme::colors().accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void TimeChart::paint(QPainter &painter, const QSize &size) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const Frame frame = frameOf(size, painter.fontMetrics());
    const Colors &c = Theme::colors();
    painter.fillRect(QRect(QPoint(0, 0), size), c.card);
    if (m_lines.empty()) {
        painter.setPen(c.muted);
        QTextOption option(Qt::AlignCenter);
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        painter.drawText(QRectF(QPointF(12, 8), QSizeF(size) - QSizeF(24, 16)), m_message, option);
        return;
    }
    paintGrid(painter, frame);
    paintMarks(painter, frame);
    paintLines(painter, frame);
    paintCursor(painter, frame);
    paintLegend(painter, frame);
}

void TimeChart::paintGrid(QPainter &painter, const Frame &frame) const
{
    const Colors &c = Theme::colors();
    const double line = painter.fontMetrics().height();
    constexpr int rows = 4;
    for (int row = 0; row <= rows; ++row) {
        const double value = frame.top * row / rows;
        const double y = frame.y(value);
        painter.setPen(QPen(c.border, 1));
        painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y));
        painter.setPen(c.muted);
        painter.drawText(QRectF(0, y - line / 2, frame.plot.left() - 6, line), Qt::AlignRight | Qt::AlignVCenter,
                         toQt(metrics::valueText(value, m_unit)));
    }
    const int columns = std::max(2, static_cast<int>(frame.plot.width() / 90));
    const std::int64_t wanted = (m_to - m_from) / columns / 1000;
    const auto found = std::lower_bound(timeSteps.begin(), timeSteps.end(), wanted);
    const std::int64_t step = (found == timeSteps.end() ? timeSteps.back() : *found) * 1000;
    const std::int64_t zone = QDateTime::fromMSecsSinceEpoch(m_from).offsetFromUtc() * 1000LL;
    for (std::int64_t time = ((m_from + zone) / step + 1) * step - zone; time <= m_to; time += step) {
        const double x = frame.x(time);
        painter.setPen(QPen(c.border, 1));
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
        painter.setPen(c.muted);
        painter.drawText(QRectF(x - 45, frame.plot.bottom() + 3, 90, line), Qt::AlignHCenter, timeLabel(time, step));
    }
}

void TimeChart::paintLines(QPainter &painter, const Frame &frame) const
{
    painter.save();
    painter.setClipRect(frame.plot.adjusted(0, -2, 0, 2));
    painter.setBrush(Qt::NoBrush);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        QPainterPath path;
        bool drawing = false;
        bool lonely = false;
        QPointF last;
        const auto dot = [&] {
            if (lonely)
                path.addEllipse(last, 1.5, 1.5); // a value between two gaps
        };
        for (const auto &point : metrics::downsample(m_lines[i].points, static_cast<int>(frame.plot.width()))) {
            if (std::isnan(point.value)) {
                dot();
                drawing = lonely = false;
                continue;
            }
            last = QPointF(frame.x(point.milliseconds), frame.y(point.value));
            if (drawing)
                path.lineTo(last);
            else
                path.moveTo(last);
            lonely = !drawing;
            drawing = true;
        }
        dot();
        QPen pen(colorOf(i), m_lines[i].quiet ? 1.2 : 1.8);
        if (m_lines[i].quiet)
            pen.setStyle(Qt::DashLine);
        painter.setPen(pen);
        painter.drawPath(path);
    }
    painter.restore();
}

void TimeChart::paintMarks(QPainter &painter, const Frame &frame) const
{
    const Colors &c = Theme::colors();
    for (const ChartMark &mark : m_marks) {
        if (mark.milliseconds < m_from || mark.milliseconds > m_to)
            continue;
        const bool bad = mark.kind == ChartMark::Kind::Alert || mark.kind == ChartMark::Kind::Restart;
        const QColor color = bad ? c.bad : c.accent;
        const double x = frame.x(mark.milliseconds);
        painter.setPen(QPen(color, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
        // Told apart by shape as well: a triangle for what people did, a square for what happened.
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        if (bad)
            painter.drawRect(QRectF(x - 3.5, frame.plot.top() - 3.5, 7, 7));
        else
            painter.drawPolygon(QPolygonF({QPointF(x - 4.5, frame.plot.top() - 4),
                                           QPointF(x + 4.5, frame.plot.top() - 4), QPointF(x, frame.plot.top() + 4)}));
    }
}

void TimeChart::paintCursor(QPainter &painter, const Frame &frame) const
{
    const Colors &c = Theme::colors();
    if (m_dragFrom) {
        const double left = std::min(*m_dragFrom, m_dragTo);
        painter.fillRect(QRectF(left, frame.plot.top(), std::abs(m_dragTo - *m_dragFrom), frame.plot.height()),
                         c.tint(c.accent, 0.25));
    }
    if (!m_cursor || *m_cursor < m_from || *m_cursor > m_to)
        return;
    const double x = frame.x(*m_cursor);
    painter.setPen(QPen(c.text, 1));
    painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const auto value = valueAt(m_lines[i], *m_cursor);
        if (!value)
            continue;
        painter.setPen(QPen(c.card, 1));
        painter.setBrush(colorOf(i));
        painter.drawEllipse(QPointF(x, frame.y(*value)), 3.5, 3.5);
    }
    QString said = QDateTime::fromMSecsSinceEpoch(*m_cursor).toString(u"d MMM HH:mm:ss"_s);
    const auto near = std::llround(static_cast<double>(m_to - m_from) * 5 / std::max(1.0, frame.plot.width()));
    for (const ChartMark &mark : m_marks)
        if (std::abs(mark.milliseconds - *m_cursor) <= near)
            said += u" · "_s + mark.text;
    const double width = std::min<double>(painter.fontMetrics().horizontalAdvance(said) + 8, frame.plot.width());
    const QRectF box(std::clamp(x - width / 2, frame.plot.left(), frame.plot.right() - width), frame.plot.top(), width,
                     painter.fontMetrics().height());
    painter.fillRect(box, c.panel);
    painter.setPen(c.text);
    painter.drawText(box, Qt::AlignCenter, said);
}

void TimeChart::paintLegend(QPainter &painter, const Frame &frame) const
{
    const Colors &c = Theme::colors();
    const QFontMetrics letters = painter.fontMetrics();
    double x = frame.legend.left();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const auto value = valueAt(m_lines[i], m_cursor.value_or(m_to));
        const QString said = value ? u" "_s + toQt(metrics::valueText(*value, m_unit)) : QString();
        constexpr int longestName = 190;
        const QString text = letters.elidedText(m_lines[i].name, Qt::ElideMiddle, longestName) + said;
        const double width = letters.horizontalAdvance(text) + 2;
        if (x + width + 14 > frame.legend.right() && i > 0) {
            painter.setPen(c.muted);
            painter.drawText(QRectF(x, frame.legend.top(), 60, frame.legend.height()), Qt::AlignVCenter,
                             tr("+%1").arg(m_lines.size() - i));
            return;
        }
        QPen pen(colorOf(i), 3);
        if (m_lines[i].quiet)
            pen.setStyle(Qt::DotLine);
        painter.setPen(pen);
        painter.drawLine(QPointF(x, frame.legend.center().y()), QPointF(x + 10, frame.legend.center().y()));
        painter.setPen(c.text);
        painter.drawText(QRectF(x + 14, frame.legend.top(), width, frame.legend.height()), Qt::AlignVCenter, text);
        x += width + 28;
    }
}

void TimeChart::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        m_dragFrom = m_dragTo = event->position().x();
}

void TimeChart::mouseMoveEvent(QMouseEvent *event)
{
    m_dragTo = event->position().x();
    const std::int64_t time = timeAt(m_dragTo);
    setCursorTime(time);
    emit cursorMoved(time);
    update();
}

void TimeChart::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_dragFrom)
        return;
    const double from = std::min(*m_dragFrom, event->position().x());
    const double to = std::max(*m_dragFrom, event->position().x());
    m_dragFrom.reset();
    update();
    if (to - from >= leastDrag)
        emit rangeChosen(timeAt(from), timeAt(to));
}

void TimeChart::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        emit wholeRangeWanted();
}

void TimeChart::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    setCursorTime(std::nullopt);
    emit cursorMoved(std::nullopt);
}

void TimeChart::keyPressEvent(QKeyEvent *event)
{
    const std::int64_t length = m_to - m_from;
    const std::int64_t at = m_cursor.value_or(m_to);
    const auto move = [&](std::int64_t by) {
        const std::int64_t time = std::clamp(at + by, m_from, m_to);
        setCursorTime(time);
        emit cursorMoved(time);
    };
    switch (event->key()) {
    case Qt::Key_Left:
        move(-length / 60);
        return;
    case Qt::Key_Right:
        move(length / 60);
        return;
    case Qt::Key_Home:
        move(m_from - at);
        return;
    case Qt::Key_End:
        move(m_to - at);
        return;
    case Qt::Key_Plus:
        emit rangeChosen(std::max(m_from, at - length / 4), std::min(m_to, at + length / 4));
        return;
    case Qt::Key_Minus:
    case Qt::Key_Escape:
        emit wholeRangeWanted();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void TimeChart::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void TimeChart::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/Icons.h"

#include "widgets/theme/Theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QSvgRenderer>

#include <cmath>
#include <memory>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The drawings are black strokes; the colour is put in before they are parsed.
std::shared_ptr<QSvgRenderer> rendererOf(const QString &name, const QColor &color)
{
    static QHash<QString, std::shared_ptr<QSvgRenderer>> cache;
    const QString key = name + color.name(QColor::HexArgb);
    if (const auto found = cache.constFind(key); found != cache.constEnd())
        return *found;
    QFile file(u":/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        file.setFileName(u":/icons/object.svg"_s);
        if (!file.open(QIODevice::ReadOnly))
            return {};
    }
    QByteArray drawing = file.readAll();
    drawing.replace("#000", color.name().toLatin1());
    auto renderer = std::make_shared<QSvgRenderer>(drawing);
    cache.insert(key, renderer);
    return renderer;
}

/// Asks the theme at each paint when it has no colour of its own, so that a change of theme reaches every button.
class ThemedIconEngine : public QIconEngine
{
public:
    ThemedIconEngine(QString name, QColor color) : m_name(std::move(name)), m_color(color) {}

    void paint(QPainter *painter, const QRect &area, QIcon::Mode mode, QIcon::State state) override
    {
        const Colors &c = Theme::colors();
        QColor color = m_color.isValid() ? m_color : state == QIcon::On ? c.accent : c.muted;
        if (mode == QIcon::Disabled)
            color = c.tint(c.muted, 0.45);
        else if (!m_color.isValid() && (mode == QIcon::Active || mode == QIcon::Selected) && state == QIcon::Off)
            color = c.text;
        paintIcon(*painter, area, m_name, color);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paint(&painter, result.rect(), mode, state);
        return result;
    }

    QIconEngine *clone() const override { return new ThemedIconEngine(m_name, m_color); }

private:
    QString m_name;
    QColor m_color;
};

QPen iconPen(const QColor &color, double width)
{
    return QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
}

void paintTick(QPainter &painter, const QRectF &r)
{
    QPainterPath path;
    path.moveTo(r.left() + r.width() * 0.28, r.top() + r.height() * 0.52);
    path.lineTo(r.left() + r.width() * 0.44, r.top() + r.height() * 0.68);
    path.lineTo(r.left() + r.width() * 0.73, r.top() + r.height() * 0.35);
    painter.drawPath(path);
}

void paintQuestion(QPainter &painter, const QRectF &r)
{
    QPainterPath path;
    path.moveTo(r.left() + r.width() * 0.36, r.top() + r.height() * 0.40);
    path.cubicTo(r.left() + r.width() * 0.36, r.top() + r.height() * 0.18, r.left() + r.width() * 0.68,
                 r.top() + r.height() * 0.20, r.left() + r.width() * 0.65, r.top() + r.height() * 0.42);
    path.cubicTo(r.left() + r.width() * 0.63, r.top() + r.height() * 0.50, r.left() + r.width() * 0.50,
                 r.top() + r.height() * 0.50, r.left() + r.width() * 0.50, r.top() + r.height() * 0.60);
    painter.drawPath(path);
    painter.drawPoint(QPointF(r.left() + r.width() * 0.50, r.top() + r.height() * 0.77));
}

} // namespace

QIcon themedIcon(const QString &name, const QColor &color)
{
    return QIcon(new ThemedIconEngine(name, color));
}

void paintIcon(QPainter &painter, const QRectF &area, const QString &name, const QColor &color)
{
    const auto renderer = rendererOf(name, color);
    if (renderer)
        renderer->render(&painter, area);
}

QString iconOfKind(const QString &kind)
{
    static const QHash<QString, QString> names = {
        {u"Deployment"_s, u"deployment"_s},
        {u"ReplicaSet"_s, u"deployment"_s},
        {u"StatefulSet"_s, u"statefulset"_s},
        {u"DaemonSet"_s, u"daemonset"_s},
        {u"CronJob"_s, u"cronjob"_s},
        {u"Job"_s, u"cronjob"_s},
        {u"Ingress"_s, u"ingress"_s},
        {u"Service"_s, u"service"_s},
        {u"Pod"_s, u"pod"_s},
        {u"PersistentVolumeClaim"_s, u"volume"_s},
        {u"Node"_s, u"node"_s},
        {u"Namespace"_s, u"namespace"_s},
        {u"ConfigMap"_s, u"config"_s},
        {u"Secret"_s, u"secret"_s},
        {u"Event"_s, u"journal"_s},
    };
    return names.value(kind, u"object"_s);
}

void paintStateIcon(QPainter &painter, const QRectF &area, cluster::HealthState state, const QColor &color,
                    double phase)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = area.width() / 8;
    const QRectF ring = area.adjusted(width / 2, width / 2, -width / 2, -width / 2);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(iconPen(color, width));
    switch (state) {
    case cluster::HealthState::Healthy:
        painter.drawEllipse(ring);
        paintTick(painter, area);
        break;
    case cluster::HealthState::Progressing: {
        QColor faint = color;
        faint.setAlphaF(0.3F);
        painter.setPen(iconPen(faint, width));
        painter.drawEllipse(ring);
        painter.setPen(iconPen(color, width));
        painter.drawArc(ring, static_cast<int>((90 - phase * 360) * 16), -110 * 16);
        break;
    }
    case cluster::HealthState::Degraded: {
        painter.setBrush(color);
        QPainterPath triangle;
        triangle.moveTo(area.center().x(), area.top() + width);
        triangle.lineTo(area.right() - width / 2, area.bottom() - width);
        triangle.lineTo(area.left() + width / 2, area.bottom() - width);
        triangle.closeSubpath();
        painter.drawPath(triangle);
        painter.setPen(iconPen(Theme::colors().card, width));
        painter.drawLine(QPointF(area.center().x(), area.top() + area.height() * 0.40),
                         QPointF(area.center().x(), area.top() + area.height() * 0.60));
        painter.drawPoint(QPointF(area.center().x(), area.top() + area.height() * 0.78));
        break;
    }
    case cluster::HealthState::Suspended:
        painter.drawEllipse(ring);
        for (const double x : {0.40, 0.60})
            painter.drawLine(QPointF(area.left() + area.width() * x, area.top() + area.height() * 0.36),
                             QPointF(area.left() + area.width() * x, area.top() + area.height() * 0.64));
        break;
    case cluster::HealthState::Missing: {
        QPen pen = iconPen(color, width);
        pen.setDashPattern({1.6, 2.0});
        painter.setPen(pen);
        painter.drawEllipse(ring);
        painter.setPen(iconPen(color, width));
        painter.drawLine(QPointF(area.left() + area.width() * 0.36, area.center().y()),
                         QPointF(area.left() + area.width() * 0.64, area.center().y()));
        break;
    }
    case cluster::HealthState::Unknown:
        painter.drawEllipse(ring);
        painter.setPen(iconPen(color, width * 0.9));
        paintQuestion(painter, area);
        break;
    }
    painter.restore();
}

void paintPodDot(QPainter &painter, const QRectF &area, cluster::HealthState state, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF r = area.adjusted(0.75, 0.75, -0.75, -0.75);
    painter.setPen(iconPen(color, 1.5));
    painter.setBrush(Qt::NoBrush);
    switch (state) {
    case cluster::HealthState::Healthy:
        painter.setBrush(color);
        painter.drawEllipse(r);
        break;
    case cluster::HealthState::Progressing:
        painter.drawEllipse(r);
        painter.setBrush(color);
        painter.setPen(Qt::NoPen);
        painter.drawPie(r, 90 * 16, -180 * 16);
        break;
    case cluster::HealthState::Degraded: {
        painter.setBrush(color);
        const QPointF c = area.center();
        const double h = area.width() / 2 - 0.5;
        painter.drawPolygon(QPolygonF{{c.x(), c.y() - h}, {c.x() + h, c.y()}, {c.x(), c.y() + h}, {c.x() - h, c.y()}});
        break;
    }
    case cluster::HealthState::Suspended:
        for (const double x : {0.32, 0.68})
            painter.drawLine(QPointF(area.left() + area.width() * x, r.top() + 1),
                             QPointF(area.left() + area.width() * x, r.bottom() - 1));
        break;
    case cluster::HealthState::Missing: {
        QPen pen = iconPen(color, 1.5);
        pen.setDashPattern({1.2, 1.8});
        painter.setPen(pen);
        painter.drawEllipse(r);
        break;
    }
    case cluster::HealthState::Unknown:
        painter.drawEllipse(r);
        painter.drawPoint(area.center());
        break;
    }
    painter.restore();
}

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"

#include <QColor>
#include <QIcon>
#include <QRectF>
#include <QString>

class QPainter;

namespace binnacle::widgets {

/// A drawing of resources/icons in one colour: "deployment", "search". An unknown name draws "object".
[[nodiscard]] QIcon themedIcon(const QString &name, const QColor &color = {});
void paintIcon(QPainter &painter, const QRectF &area, const QString &name, const QColor &color);
/// The drawing for a kind: "Deployment" -> "deployment".
[[nodiscard]] QString iconOfKind(const QString &kind);

/// The six states differ in shape as well as in colour: tick, turning arc, bolt, bars, dashed ring, question mark.
void paintStateIcon(QPainter &painter, const QRectF &area, cluster::HealthState state, const QColor &color,
                    double phase = 0);
/// One pod: full disc, ring with an arc, diamond, bars, dashed ring, hollow ring.
void paintPodDot(QPainter &painter, const QRectF &area, cluster::HealthState state, const QColor &color);

} // namespace binnacle::widgets

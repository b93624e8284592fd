// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/topology/PaintOptions.h"
#include "widgets/topology/Scene.h"

#include <QFont>

class QPainter;

namespace binnacle::widgets {

/// Draws one component's card, as much of it as the scale lets one read.
class CardPainter
{
public:
    CardPainter(QPainter &painter, const PaintOptions &options);
    void paint(const Scene::Card &card, bool dimmed);

private:
    void paintFar(const Scene::Card &card);
    void paintBody(const Scene::Card &card);
    void paintFocus(const Scene::Card &card, double radius);
    void paintCompact(const Scene::Card &card);
    void paintHead(const Scene::Card &card);
    /// State on the left, pods and their count on the right, letters `grow` times the usual size.
    void paintStateRow(const Scene::Card &card, double top, double grow);
    /// As many as there is room for, and how many more.
    void paintPods(const Scene::Card &card, double right, double middle, double grow, double room);
    void paintReason(const Scene::Card &card);
    /// How many alerts there are, on the upper right corner, whatever the scale.
    void paintAlerts(const Scene::Card &card);

    QPainter &m_painter;
    const PaintOptions &m_options;
    const Detail m_detail;
    const QFont m_font;
};

} // namespace binnacle::widgets

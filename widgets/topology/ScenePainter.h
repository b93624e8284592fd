// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/topology/PaintOptions.h"
#include "widgets/topology/Scene.h"

#include <QFont>

class QPainter;

namespace binnacle::widgets {

/// Draws a Scene: on the screen, into a PNG, into an SVG. Holds nothing.
class ScenePainter
{
public:
    ScenePainter(QPainter &painter, const Scene &scene, PaintOptions options);
    void paint();

    /// Whether a card takes part, or is hidden by its state.
    [[nodiscard]] static bool isShown(const Scene::Card &card, const PaintOptions &options);

private:
    void paintPanel(const Scene::Panel &panel);
    void paintGauges(const Scene::Panel &panel, double grow);
    void paintInternet();
    void paintLine(const Scene::Line &line, int index);
    void paintPort(const Scene::Line &line);
    void text(const QRectF &area, int flags, const QString &string, double pixels, const QColor &color,
              QFont::Weight weight = QFont::Normal);
    [[nodiscard]] bool isDimmed(const std::string &id) const;
    [[nodiscard]] bool isVisible(const QRectF &area) const;

    QPainter &m_painter;
    const Scene &m_scene;
    const PaintOptions m_options;
    const Detail m_detail;
    std::set<std::string> m_related;
};

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/topology/Scene.h"

#include <QFont>

class QPainter;

namespace binnacle::widgets {

/// How much is worth drawing at a scale.
enum class Detail { Far, Middle, Near };

struct PaintOptions
{
    double scale = 1; ///< pixels a unit, for what must stay readable
    double phase = 0; ///< 0..1, turns what is in progress
    QRectF visible;   ///< null: everything
    std::string selected;
    std::string hoveredCard;
    int hoveredLine = -1;
    bool focused = false;
    bool showAuxiliary = true; ///< scrapes and logs
    bool showPorts = false;    ///< on every line, for exports
    std::set<cluster::HealthState> hidden;
    QString search; ///< what does not match is dimmed
};

/// Draws a Scene: on the screen, into a PNG, into an SVG. Holds nothing.
class ScenePainter
{
public:
    ScenePainter(QPainter &painter, const Scene &scene, PaintOptions options);
    void paint();

    [[nodiscard]] static Detail detailAt(double scale);
    /// Whether a card takes part, or is hidden by its state.
    [[nodiscard]] static bool isShown(const Scene::Card &card, const PaintOptions &options);

private:
    void paintPanel(const Scene::Panel &panel);
    void paintGauges(const Scene::Panel &panel, double leftLimit);
    void paintInternet();
    void paintLine(const Scene::Line &line, int index);
    void paintPort(const Scene::Line &line);
    void paintCard(const Scene::Card &card);
    void paintFarCard(const Scene::Card &card);
    void paintCardHead(const Scene::Card &card);
    void paintCardState(const Scene::Card &card);
    void paintPods(const Scene::Card &card);
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

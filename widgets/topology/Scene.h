// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Topology.h"

#include <QPainterPath>
#include <QRectF>
#include <QString>
#include <QStringList>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace binnacle::widgets {

/// What a card says beyond the topology when one looks closely: a line for each container, with its image.
using CardDetails = std::map<std::string, QStringList>;

/// The picture as geometry: made from a Topology and its layout, drawn by ScenePainter, never changed in between.
struct Scene
{
    struct Panel
    {
        stack::NamespaceState state;
        QRectF area;
    };
    struct Card
    {
        stack::ComponentState state;
        QRectF area;
        QStringList images;
        [[nodiscard]] const std::string &id() const { return state.component.id; }
    };
    struct Line
    {
        stack::FlowState state;
        QPainterPath path;
    };

    std::vector<Panel> panels;
    std::vector<Card> cards;
    std::vector<Line> lines;
    QRectF internet; ///< null when nothing comes from outside
    QRectF bounds;

    [[nodiscard]] const Card *card(const std::string &id) const;
    /// What the component needs and serves, directly or through others, and itself.
    [[nodiscard]] std::set<std::string> related(const std::string &id) const;
    /// The next card in a direction, along flows where there is one, else the nearest by place. Empty: none.
    [[nodiscard]] std::string neighbour(const std::string &id, Qt::Key direction) const;
};

inline constexpr double cardWidth = 232;
inline constexpr double cardHeight = 112;

[[nodiscard]] Scene makeScene(const stack::Topology &topology, const CardDetails &details = {});
/// Between two scenes, for a short animation: what is in both moves, the rest is already in its place.
[[nodiscard]] Scene blend(const Scene &from, const Scene &to, double progress);
/// "12.4.1/postgres:15" -> "postgres:15".
[[nodiscard]] QString shortImage(const QString &image);

} // namespace binnacle::widgets

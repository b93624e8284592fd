// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"

#include <QColor>
#include <QRectF>
#include <QString>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace binnacle::widgets {

/// How much is worth drawing at a scale. Far: panels and states. Compact: names as well, in letters that stay readable.
/// Near: containers and images too.
enum class Detail { Far, Compact, Middle, Near };

/// What Prometheus finds wrong with a component.
struct CardAlert
{
    bool firing = false; ///< else pending
    QString text;        ///< "TargetDown: backend on 10.244.0.17:5000 cannot be scraped"

    friend bool operator==(const CardAlert &, const CardAlert &) = default;
};

/// By component id; firing ones first.
using CardAlerts = std::map<std::string, std::vector<CardAlert>>;

struct PaintOptions
{
    double scale = 1; ///< pixels a unit, for what must stay readable
    double phase = 0; ///< 0..1, turns what is in progress
    QRectF visible;   ///< null: everything
    std::string selected;
    std::string hoveredCard;
    int hoveredLine = -1;
    bool focused = false;
    bool stale = false;        ///< nothing is known to be as it is drawn: no state keeps its colour
    bool showAuxiliary = true; ///< scrapes and logs
    bool showPorts = false;    ///< on every line, for exports
    std::set<cluster::HealthState> hidden;
    QString nameSpace; ///< what is outside of it is dimmed; empty: all
    QString search;    ///< what does not match is dimmed
    CardAlerts alerts;

    [[nodiscard]] Detail detail() const;
    /// Grey for every state when the picture is stale.
    [[nodiscard]] QColor stateColor(cluster::HealthState state) const;
    /// "Healthy"; "was Healthy" when the picture is stale.
    [[nodiscard]] QString stateText(cluster::HealthState state) const;
};

} // namespace binnacle::widgets

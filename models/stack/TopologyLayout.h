// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Topology.h"

#include <string>
#include <vector>

namespace binnacle::stack {

struct Point
{
    double x = 0, y = 0;
    friend bool operator==(const Point &, const Point &) = default;
};

struct Rect
{
    double x = 0, y = 0, width = 0, height = 0;

    [[nodiscard]] double right() const { return x + width; }
    [[nodiscard]] double bottom() const { return y + height; }
    [[nodiscard]] Point center() const { return {x + width / 2, y + height / 2}; }
    [[nodiscard]] bool isEmpty() const { return width <= 0 || height <= 0; }
    friend bool operator==(const Rect &, const Rect &) = default;
};

/// A namespace: a quiet area behind its cards. The header strip holds name, worst state and quota gauges.
struct PanelBox
{
    core::Namespace nameSpace;
    Rect rect;
    Rect header;
};

struct CardBox
{
    std::size_t component = 0; ///< index into Topology::components
    std::string id;            ///< of the component
    int column = 0;            ///< rank along the request's way, 0 leftmost
    Rect rect;
};

/// One cubic Bezier curve from the border of one card to the border of another.
struct FlowPath
{
    std::size_t flow = 0; ///< index into Topology::flows
    Point start, control1, control2, end;
    Point label; ///< on the curve's middle
};

/// Sizes in device-independent pixels; all multiples of 8.
struct LayoutOptions
{
    double cardWidth = 208;
    double cardHeight = 88;
    double columnGap = 72;
    double rowGap = 24;
    double panelPadding = 24;
    double panelHeader = 64;
    double panelGap = 72;
    int rowsPerColumn = 10; ///< a rank with more cards than this wraps into further columns
};

/// Where everything stands: pure geometry on an 8-pixel grid. Depends on namespaces, components and flows only; pods
/// coming and going, states and health move nothing.
struct TopologyLayout
{
    Rect bounds;   ///< of everything, from (0, 0)
    Rect internet; ///< the "internet" mark; empty when no flow starts there
    std::vector<PanelBox> panels;
    std::vector<CardBox> cards; ///< in order of Topology::components
    std::vector<FlowPath> flows;
};

[[nodiscard]] TopologyLayout layoutOf(const Topology &topology, const LayoutOptions &options = {});

/// The picture as a stand-alone SVG document in the light theme.
[[nodiscard]] std::string toSvg(const Topology &topology, const TopologyLayout &layout);

} // namespace binnacle::stack

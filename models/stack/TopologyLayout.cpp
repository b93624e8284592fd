// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyLayout.h"

#include "stack/TopologyRanks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

namespace binnacle::stack {

namespace {

constexpr double grid = 8;

double snapUp(double value)
{
    return std::ceil(value / grid) * grid;
}

/// One namespace on its way to a place: its cards are laid out from its own corner first.
struct Panel
{
    core::Namespace nameSpace;
    std::vector<std::size_t> cards;
    double width = 0, height = 0;
    double x = 0, y = 0;
    int slot = 0;       ///< which column of panels
    double order = 0;   ///< within the slot
    bool below = false; ///< holds nothing but monitoring
};

class Layouter
{
public:
    Layouter(const Topology &topology, const LayoutOptions &options)
        : m_topology(topology), m_options(options), m_ranks(ranksOf(topology))
    {
    }

    TopologyLayout run()
    {
        collectPanels();
        m_layout.cards.resize(m_topology.components.size());
        for (Panel &panel : m_panels)
            fill(panel);
        assignSlots();
        place();
        finish();
        return std::move(m_layout);
    }

private:
    [[nodiscard]] const Component &component(std::size_t i) const { return m_topology.components[i].component; }

    void collectPanels()
    {
        std::map<core::Namespace, std::vector<std::size_t>> members;
        for (const NamespaceState &state : m_topology.nameSpaces)
            members[state.name];
        for (std::size_t i = 0; i < m_topology.components.size(); ++i)
            members[component(i).workload.nameSpace].push_back(i);
        for (auto &[nameSpace, cards] : members) {
            std::sort(cards.begin(), cards.end(), [&](std::size_t a, std::size_t b) {
                return std::pair(m_ranks.order[a], component(a).id) < std::pair(m_ranks.order[b], component(b).id);
            });
            Panel panel;
            panel.nameSpace = nameSpace;
            panel.below = !cards.empty() &&
                          std::all_of(cards.begin(), cards.end(), [&](std::size_t i) { return m_ranks.monitoring[i]; });
            panel.cards = std::move(cards);
            m_panels.push_back(std::move(panel));
        }
    }

    /// Stacks cards in columns from (x, y); a long column wraps. Returns the right and bottom edge.
    Point stack(const std::vector<std::size_t> &cards, double x, double y, int rows, int rank)
    {
        const double stepX = m_options.cardWidth + m_options.columnGap;
        const double stepY = m_options.cardHeight + m_options.rowGap;
        Point end{x, y};
        for (std::size_t i = 0; i < cards.size(); ++i) {
            const std::size_t wrapped = i / static_cast<std::size_t>(rows);
            const auto column = static_cast<double>(wrapped);
            const auto row = static_cast<double>(i % static_cast<std::size_t>(rows));
            CardBox &card = m_layout.cards[cards[i]];
            card = {cards[i],
                    component(cards[i]).id,
                    rank,
                    {x + column * stepX, y + row * stepY, m_options.cardWidth, m_options.cardHeight}};
            end = {std::max(end.x, card.rect.right()), std::max(end.y, card.rect.bottom())};
        }
        return end;
    }

    void fill(Panel &panel)
    {
        const double left = m_options.panelPadding;
        const double top = m_options.panelHeader;
        std::map<int, std::vector<std::size_t>> columns;
        std::vector<std::size_t> below;
        for (const std::size_t i : panel.cards)
            (m_ranks.monitoring[i] ? below : columns[m_ranks.rank[i]]).push_back(i);
        Point end{left, top};
        double x = left;
        for (const auto &[rank, cards] : columns) {
            const Point edge = stack(cards, x, top, m_options.rowsPerColumn, rank);
            end = {std::max(end.x, edge.x), std::max(end.y, edge.y)};
            x = edge.x + m_options.columnGap;
        }
        // Monitoring in rows beneath, as wide as what stands above it or about square when nothing does.
        if (!below.empty()) {
            const double y = columns.empty() ? top : end.y + m_options.rowGap;
            const double stepX = m_options.cardWidth + m_options.columnGap;
            const int perRow =
                columns.empty()
                    ? std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(below.size()) * 2))))
                    : std::max(1, static_cast<int>((end.x - left + m_options.columnGap) / stepX));
            for (std::size_t row = 0; row * static_cast<std::size_t>(perRow) < below.size(); ++row) {
                const auto first = below.begin() + static_cast<std::ptrdiff_t>(row * static_cast<std::size_t>(perRow));
                const auto last = below.end() - first > perRow ? first + perRow : below.end();
                const double rowY = y + static_cast<double>(row) * (m_options.cardHeight + m_options.rowGap);
                const Point edge = stack(std::vector<std::size_t>(first, last), left, rowY, 1, 0);
                end = {std::max(end.x, edge.x), std::max(end.y, edge.y)};
            }
        }
        panel.width = snapUp(std::max(end.x, left + m_options.cardWidth) + m_options.panelPadding);
        panel.height =
            snapUp(std::max(end.y, top + (panel.cards.empty() ? 0 : m_options.cardHeight)) + m_options.panelPadding);
    }

    /// A panel stands right of the panels that send requests into it. Where two send into each other, the one whose
    /// components come earlier on the way stands left.
    void assignSlots()
    {
        std::unordered_map<std::size_t, std::size_t> panelOf;
        std::vector<double> meanRank(m_panels.size(), 0);
        for (std::size_t p = 0; p < m_panels.size(); ++p) {
            double orders = 0;
            for (const std::size_t i : m_panels[p].cards) {
                panelOf[i] = p;
                meanRank[p] += m_ranks.rank[i];
                orders += m_ranks.order[i];
            }
            const auto count = static_cast<double>(std::max<std::size_t>(1, m_panels[p].cards.size()));
            meanRank[p] /= count;
            m_panels[p].order = orders / count;
        }
        std::set<std::pair<std::size_t, std::size_t>> edges;
        for (std::size_t i = 0; i < m_ranks.neighbours.size(); ++i) {
            for (const int other : m_ranks.neighbours[i]) {
                const std::size_t a = panelOf[i];
                const std::size_t b = panelOf[static_cast<std::size_t>(other)];
                if (a != b && std::pair(meanRank[a], a) < std::pair(meanRank[b], b))
                    edges.emplace(a, b);
            }
        }
        std::vector<std::size_t> byRank(m_panels.size());
        for (std::size_t p = 0; p < byRank.size(); ++p)
            byRank[p] = p;
        std::sort(byRank.begin(), byRank.end(),
                  [&](std::size_t a, std::size_t b) { return std::pair(meanRank[a], a) < std::pair(meanRank[b], b); });
        for (const std::size_t p : byRank)
            for (auto edge = edges.lower_bound({p, 0}); edge != edges.end() && edge->first == p; ++edge)
                m_panels[edge->second].slot = std::max(m_panels[edge->second].slot, m_panels[p].slot + 1);
        // A long chain of namespaces is folded: the same order from left to right, in fewer columns.
        int last = 0;
        for (const Panel &panel : m_panels)
            last = std::max(last, panel.slot);
        const int most = std::max(5, static_cast<int>(std::sqrt(static_cast<double>(m_panels.size()) * 1.6)));
        if (last >= most)
            for (Panel &panel : m_panels)
                panel.slot = panel.slot * most / (last + 1);
    }

    /// Panels of one slot stand under each other; too many wrap into a further column, so that the picture stays about
    /// as wide as a screen.
    void place()
    {
        std::map<int, std::vector<Panel *>> panelColumns;
        double area = 0;
        double tallest = 0;
        for (Panel &panel : m_panels) {
            if (panel.below)
                continue;
            panelColumns[panel.slot].push_back(&panel);
            area += (panel.width + m_options.panelGap) * (panel.height + m_options.panelGap);
            tallest = std::max(tallest, panel.height);
        }
        const double limit = std::max(tallest, std::sqrt(area / 1.6));
        const bool internet = std::any_of(m_topology.flows.begin(), m_topology.flows.end(),
                                          [](const FlowState &state) { return state.flow.from == "internet"; });
        double x = internet ? snapUp(80 + m_options.panelGap) : 0;
        double bottom = 0;
        for (auto &[slot, panels] : panelColumns) {
            std::sort(panels.begin(), panels.end(), [](const Panel *a, const Panel *b) {
                return std::pair(a->order, a->nameSpace) < std::pair(b->order, b->nameSpace);
            });
            double y = 0;
            double width = 0;
            for (Panel *panel : panels) {
                if (y > 0 && y + panel->height > limit) {
                    x += width + m_options.panelGap;
                    y = 0;
                    width = 0;
                }
                panel->x = x;
                panel->y = y;
                y += panel->height + m_options.panelGap;
                width = std::max(width, panel->width);
                bottom = std::max(bottom, panel->y + panel->height);
            }
            x += width + m_options.panelGap;
        }
        placeBelow(std::max(x - m_options.panelGap, 640.0), internet ? snapUp(80 + m_options.panelGap) : 0,
                   bottom > 0 ? bottom + m_options.panelGap : 0);
        if (internet)
            m_layout.internet = {0, snapUp(m_options.panelHeader), 80, m_options.cardHeight};
    }

    void placeBelow(double right, double left, double top)
    {
        double x = left;
        double y = top;
        double rowHeight = 0;
        for (Panel &panel : m_panels) {
            if (!panel.below)
                continue;
            if (x > left && x + panel.width > right) {
                x = left;
                y += rowHeight + m_options.panelGap;
                rowHeight = 0;
            }
            panel.x = x;
            panel.y = y;
            x += panel.width + m_options.panelGap;
            rowHeight = std::max(rowHeight, panel.height);
        }
    }

    void finish()
    {
        double right = m_layout.internet.right();
        double bottom = m_layout.internet.bottom();
        for (const Panel &panel : m_panels) {
            for (const std::size_t i : panel.cards) {
                m_layout.cards[i].rect.x += panel.x;
                m_layout.cards[i].rect.y += panel.y;
            }
            m_layout.panels.push_back({panel.nameSpace,
                                       {panel.x, panel.y, panel.width, panel.height},
                                       {panel.x, panel.y, panel.width, m_options.panelHeader}});
            right = std::max(right, panel.x + panel.width);
            bottom = std::max(bottom, panel.y + panel.height);
        }
        m_layout.bounds = {0, 0, right, bottom};
        drawFlows();
    }

    enum class Side { Left, Right, Top, Bottom };

    struct Route
    {
        std::size_t flow;
        Rect from, to;
        Side fromSide, toSide;
    };

    static Point anchor(const Rect &rect, Side side, double share)
    {
        switch (side) {
        case Side::Left:
            return {rect.x, rect.y + rect.height * share};
        case Side::Right:
            return {rect.right(), rect.y + rect.height * share};
        case Side::Top:
            return {rect.x + rect.width * share, rect.y};
        case Side::Bottom:
            return {rect.x + rect.width * share, rect.bottom()};
        }
        return rect.center();
    }

    static Point push(const Point &point, Side side, double by)
    {
        switch (side) {
        case Side::Left:
            return {point.x - by, point.y};
        case Side::Right:
            return {point.x + by, point.y};
        case Side::Top:
            return {point.x, point.y - by};
        case Side::Bottom:
            return {point.x, point.y + by};
        }
        return point;
    }

    [[nodiscard]] std::vector<Route> routes() const
    {
        std::unordered_map<std::string_view, const Rect *> places;
        for (const CardBox &card : m_layout.cards)
            places.emplace(card.id, &card.rect);
        if (!m_layout.internet.isEmpty())
            places.emplace("internet", &m_layout.internet);
        std::vector<Route> routes;
        for (std::size_t i = 0; i < m_topology.flows.size(); ++i) {
            const auto from = places.find(m_topology.flows[i].flow.from);
            const auto to = places.find(m_topology.flows[i].flow.to);
            if (from == places.end() || to == places.end() || from == to)
                continue;
            const Rect &a = *from->second;
            const Rect &b = *to->second;
            Route route{i, a, b, Side::Right, Side::Left};
            const bool watching = m_topology.flows[i].flow.kind != FlowKind::Request;
            if (b.x >= a.right() && !(watching && (b.y >= a.bottom() || b.bottom() <= a.y))) // ahead
                route.fromSide = Side::Right;
            else if (b.y >= a.bottom())
                route.fromSide = Side::Bottom, route.toSide = Side::Top;
            else if (b.bottom() <= a.y)
                route.fromSide = Side::Top, route.toSide = Side::Bottom;
            else // behind, in the same row
                route.fromSide = Side::Left, route.toSide = Side::Right;
            routes.push_back(route);
        }
        return routes;
    }

    /// Ends on the same side of a card are spread over it in the order of where they lead, so that they do not cross.
    void drawFlows()
    {
        const std::vector<Route> all = routes();
        struct End
        {
            std::size_t route;
            bool start;
            double key;
        };
        std::map<std::tuple<double, double, Side>, std::vector<End>> sides;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Route &route = all[i];
            const bool horizontal = route.fromSide == Side::Right || route.fromSide == Side::Left;
            const Point a = route.from.center();
            const Point b = route.to.center();
            sides[{route.from.x, route.from.y, route.fromSide}].push_back({i, true, horizontal ? b.y : b.x});
            sides[{route.to.x, route.to.y, route.toSide}].push_back({i, false, horizontal ? a.y : a.x});
        }
        std::vector<double> startShare(all.size(), 0.5);
        std::vector<double> endShare(all.size(), 0.5);
        for (auto &[side, ends] : sides) {
            std::stable_sort(ends.begin(), ends.end(), [](const End &a, const End &b) { return a.key < b.key; });
            for (std::size_t i = 0; i < ends.size(); ++i)
                (ends[i].start ? startShare : endShare)[ends[i].route] =
                    (static_cast<double>(i) + 1) / (static_cast<double>(ends.size()) + 1);
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Route &route = all[i];
            FlowPath path;
            path.flow = route.flow;
            path.start = anchor(route.from, route.fromSide, startShare[i]);
            path.end = anchor(route.to, route.toSide, endShare[i]);
            const double reach =
                std::clamp(std::hypot(path.end.x - path.start.x, path.end.y - path.start.y) * 0.45, 24.0, 240.0);
            path.control1 = push(path.start, route.fromSide, reach);
            path.control2 = push(path.end, route.toSide, reach);
            avoidCards(path, route);
            path.label = pointAt(path, 0.5);
            m_layout.flows.push_back(path);
        }
    }

    static Point pointAt(const FlowPath &path, double t)
    {
        const double u = 1 - t;
        const auto mix = [&](double a, double b, double c, double d) {
            return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
        };
        return {mix(path.start.x, path.control1.x, path.control2.x, path.end.x),
                mix(path.start.y, path.control1.y, path.control2.y, path.end.y)};
    }

    [[nodiscard]] bool crossesCard(const FlowPath &path, const Route &route) const
    {
        constexpr int samples = 24;
        for (int i = 1; i < samples; ++i) {
            const Point point = pointAt(path, static_cast<double>(i) / samples);
            for (const CardBox &card : m_layout.cards) {
                const Rect &r = card.rect;
                if (point.x > r.x && point.x < r.right() && point.y > r.y && point.y < r.bottom() &&
                    !(r == route.from) && !(r == route.to))
                    return true;
            }
        }
        return false;
    }

    /// A line that would run behind another card bows around it, below or above, if a bow does. In a picture of
    /// hundreds nobody follows single lines, and the search would cost more than the layout.
    void avoidCards(FlowPath &path, const Route &route) const
    {
        if (route.fromSide != Side::Right || m_layout.cards.size() > 200 || !crossesCard(path, route))
            return;
        const double reach = std::abs(path.end.x - path.start.x) * 0.3;
        // Below first: above is where the panels' headers are.
        for (const double sign : {1.0, -1.0}) {
            for (int step = 1; step <= 4; ++step) {
                FlowPath bow = path;
                const double offset = sign * step * m_options.cardHeight;
                bow.control1 = {path.start.x + reach, std::min(path.start.y, path.end.y) + offset};
                bow.control2 = {path.end.x - reach, std::min(path.start.y, path.end.y) + offset};
                if (crossesCard(bow, route))
                    continue;
                path = bow;
                return;
            }
        }
    }

    const Topology &m_topology;
    const LayoutOptions &m_options;
    const TopologyRanks m_ranks;
    std::vector<Panel> m_panels;
    TopologyLayout m_layout;
};

} // namespace

TopologyLayout layoutOf(const Topology &topology, const LayoutOptions &options)
{
    return Layouter(topology, options).run();
}

} // namespace binnacle::stack

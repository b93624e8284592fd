// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/Scene.h"

#include "stack/TopologyLayout.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace binnacle::widgets {

namespace {

QRectF toQt(const stack::Rect &rect)
{
    return {rect.x, rect.y, rect.width, rect.height};
}

QPointF toQt(const stack::Point &point)
{
    return {point.x, point.y};
}

void reach(const std::vector<Scene::Line> &lines, const std::string &id, bool forward, std::set<std::string> &found)
{
    for (const Scene::Line &line : lines) {
        const stack::Flow &flow = line.state.flow;
        if (flow.kind != stack::FlowKind::Request)
            continue;
        const std::string &here = forward ? flow.from : flow.to;
        const std::string &there = forward ? flow.to : flow.from;
        if (here == id && found.insert(there).second)
            reach(lines, there, forward, found);
    }
}

/// Where the curve runs behind a card that has nothing to do with it.
QRectF obstacleOf(const QPainterPath &path, const std::vector<Scene::Card> &cards, const stack::Flow &flow)
{
    QRectF obstacle;
    for (const Scene::Card &card : cards) {
        if (card.id() == flow.from || card.id() == flow.to || !path.boundingRect().intersects(card.area))
            continue;
        for (int i = 1; i < 24; ++i) {
            if (card.area.contains(path.pointAtPercent(i / 24.0))) {
                obstacle |= card.area;
                break;
            }
        }
    }
    return obstacle;
}

/// The same ends, led through the gap above or below what stands in the way.
QPainterPath ledAround(const QPainterPath &path, const QRectF &obstacle)
{
    constexpr double gap = 12;
    const QPointF start = path.pointAtPercent(0);
    const QPointF end = path.pointAtPercent(1);
    const double middle = (start.y() + end.y()) / 2;
    const double y = middle <= obstacle.center().y() ? obstacle.top() - gap : obstacle.bottom() + gap;
    const double left = obstacle.left() + 4;
    const double right = obstacle.right() - 4;
    QPainterPath result(start);
    const bool forward = end.x() >= start.x();
    const QPointF in(forward ? left : right, y);
    const QPointF out(forward ? right : left, y);
    const double first = (in.x() - start.x()) / 2;
    const double last = (end.x() - out.x()) / 2;
    result.cubicTo(start + QPointF(first, 0), in - QPointF(first, 0), in);
    result.lineTo(out);
    result.cubicTo(out + QPointF(last, 0), end - QPointF(last, 0), end);
    return result;
}

/// The layout's curve; where that would run behind or far around a card between its ends, a quieter way is taken: level
/// at both ends, and through the gap between two rows of cards.
QPainterPath lineOf(const stack::FlowPath &flow, const std::vector<Scene::Card> &cards, const stack::Flow &what)
{
    const QPointF start = toQt(flow.start);
    const QPointF end = toQt(flow.end);
    QPainterPath path(start);
    const double across = end.x() - start.x();
    if (across < 40) {
        path.cubicTo(toQt(flow.control1), toQt(flow.control2), end);
        return path;
    }
    const QPointF lead(std::max(24.0, std::min(across / 2, 160.0)), 0);
    path.cubicTo(start + lead, end - lead, end);
    const QRectF obstacle = obstacleOf(path, cards, what);
    return obstacle.isNull() || obstacle.width() > across - 24 ? path : ledAround(path, obstacle);
}

double distanceTowards(const QPointF &from, const QPointF &to, Qt::Key direction)
{
    const QPointF d = to - from;
    const bool horizontal = direction == Qt::Key_Left || direction == Qt::Key_Right;
    const double along = horizontal ? d.x() : d.y();
    const double across = horizontal ? d.y() : d.x();
    const bool ahead = direction == Qt::Key_Right || direction == Qt::Key_Down ? along > 1 : along < -1;
    return ahead ? std::abs(along) + 2.5 * std::abs(across) : std::numeric_limits<double>::infinity();
}

} // namespace

const Scene::Card *Scene::card(const std::string &id) const
{
    const auto found = std::find_if(cards.begin(), cards.end(), [&id](const Card &card) { return card.id() == id; });
    return found == cards.end() ? nullptr : &*found;
}

std::set<std::string> Scene::related(const std::string &id) const
{
    std::set<std::string> needs{id};
    reach(lines, id, true, needs);
    std::set<std::string> serves{id};
    reach(lines, id, false, serves);
    needs.merge(serves);
    for (const Line &line : lines) {
        const stack::Flow &flow = line.state.flow;
        if (flow.from == id)
            needs.insert(flow.to);
        else if (flow.to == id)
            needs.insert(flow.from);
    }
    return needs;
}

std::string Scene::neighbour(const std::string &id, Qt::Key direction) const
{
    const Card *here = card(id);
    if (!here)
        return cards.empty() ? std::string() : cards.front().id();
    std::string best;
    double bestDistance = std::numeric_limits<double>::infinity();
    for (const Card &candidate : cards) {
        if (candidate.id() == id)
            continue;
        double distance = distanceTowards(here->area.center(), candidate.area.center(), direction);
        const bool linked = std::any_of(lines.begin(), lines.end(), [&](const Line &line) {
            const stack::Flow &flow = line.state.flow;
            return (flow.from == id && flow.to == candidate.id()) || (flow.to == id && flow.from == candidate.id());
        });
        const bool horizontal = direction == Qt::Key_Left || direction == Qt::Key_Right;
        if (linked && horizontal)
            distance *= 0.4;
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate.id();
        }
    }
    return best;
}

Scene makeScene(const stack::Topology &topology, const CardDetails &details)
{
    stack::LayoutOptions options;
    options.cardWidth = cardWidth;
    options.cardHeight = cardHeight;
    options.columnGap = 64;
    options.panelGap = 56;
    // The gauges stand beneath the name.
    const bool gauges = std::any_of(topology.nameSpaces.begin(), topology.nameSpaces.end(),
                                    [](const stack::NamespaceState &each) { return !each.quota.empty(); });
    options.panelHeader = gauges ? 80 : 48;
    const stack::TopologyLayout layout = stack::layoutOf(topology, options);
    Scene scene;
    scene.bounds = toQt(layout.bounds);
    if (!layout.internet.isEmpty())
        scene.internet = toQt(layout.internet);
    for (const stack::PanelBox &box : layout.panels) {
        const auto state =
            std::find_if(topology.nameSpaces.begin(), topology.nameSpaces.end(),
                         [&box](const stack::NamespaceState &each) { return each.name == box.nameSpace; });
        scene.panels.push_back(
            {state == topology.nameSpaces.end() ? stack::NamespaceState{box.nameSpace, {}, {}} : *state,
             toQt(box.rect)});
    }
    for (const stack::CardBox &box : layout.cards) {
        const auto images = details.find(box.id);
        scene.cards.push_back({topology.components.at(box.component), toQt(box.rect),
                               images == details.end() ? QStringList() : images->second});
    }
    for (const stack::FlowPath &flow : layout.flows) {
        scene.lines.push_back(
            {topology.flows.at(flow.flow), lineOf(flow, scene.cards, topology.flows.at(flow.flow).flow)});
    }
    return scene;
}

Scene blend(const Scene &from, const Scene &to, double progress)
{
    const auto between = [progress](const QRectF &a, const QRectF &b) {
        return QRectF(
            a.topLeft() + (b.topLeft() - a.topLeft()) * progress,
            QSizeF(a.width() + (b.width() - a.width()) * progress, a.height() + (b.height() - a.height()) * progress));
    };
    Scene scene = to;
    for (Scene::Card &card : scene.cards) {
        if (const Scene::Card *before = from.card(card.id()))
            card.area = between(before->area, card.area);
    }
    for (Scene::Panel &panel : scene.panels) {
        const auto before = std::find_if(from.panels.begin(), from.panels.end(), [&panel](const Scene::Panel &each) {
            return each.state.name == panel.state.name;
        });
        if (before != from.panels.end())
            panel.area = between(before->area, panel.area);
    }
    for (Scene::Line &line : scene.lines) {
        const auto before = std::find_if(from.lines.begin(), from.lines.end(), [&line](const Scene::Line &each) {
            return each.state.flow.from == line.state.flow.from && each.state.flow.to == line.state.flow.to &&
                   each.state.flow.port == line.state.flow.port;
        });
        if (before == from.lines.end() || before->path.elementCount() != line.path.elementCount())
            continue;
        for (int i = 0; i < line.path.elementCount(); ++i) {
            const QPointF a = before->path.elementAt(i);
            const QPointF b = line.path.elementAt(i);
            const QPointF p = a + (b - a) * progress;
            line.path.setElementPositionAt(i, p.x(), p.y());
        }
    }
    return scene;
}

QString shortImage(const QString &image)
{
    const QString withoutDigest = image.section(u'@', 0, 0);
    return withoutDigest.section(u'/', -1);
}

} // namespace binnacle::widgets

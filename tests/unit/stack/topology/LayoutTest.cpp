// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyLayout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace binnacle::tests {

using stack::Rect;

namespace {

void addComponent(stack::Topology &topology, const std::string &id, const std::string &nameSpace,
                  const std::string &tier)
{
    stack::ComponentState state;
    state.component.id = id;
    state.component.tier = tier;
    state.component.workload = {{"apps", "Deployment"}, core::Namespace(nameSpace), id};
    topology.components.push_back(state);
}

void addFlow(stack::Topology &topology, const std::string &from, const std::string &to)
{
    stack::FlowState state;
    state.flow.from = from;
    state.flow.to = to;
    topology.flows.push_back(state);
}

stack::Topology example()
{
    stack::Topology topology;
    for (const char *name : {"back", "front", "watch"})
        topology.nameSpaces.push_back({core::Namespace(name), {}, {}});
    addComponent(topology, "ingress", "front", "edge");
    addComponent(topology, "web", "front", "frontend");
    addComponent(topology, "api", "back", "backend");
    addComponent(topology, "db", "back", "data");
    addComponent(topology, "cache", "back", "data");
    addComponent(topology, "prometheus", "watch", "monitoring");
    addFlow(topology, "internet", "ingress");
    addFlow(topology, "ingress", "web");
    addFlow(topology, "web", "api");
    addFlow(topology, "api", "db");
    addFlow(topology, "api", "cache");
    return topology;
}

const Rect &cardOf(const stack::TopologyLayout &layout, const std::string &id)
{
    return std::find_if(layout.cards.begin(), layout.cards.end(), [&](const auto &card) { return card.id == id; })
        ->rect;
}

const Rect &panelOf(const stack::TopologyLayout &layout, const std::string &name)
{
    return std::find_if(layout.panels.begin(), layout.panels.end(),
                        [&](const auto &panel) { return panel.nameSpace.value() == name; })
        ->rect;
}

bool overlap(const Rect &a, const Rect &b)
{
    return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

bool contains(const Rect &outer, const Rect &inner)
{
    return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
           inner.bottom() <= outer.bottom();
}

} // namespace

TEST(Layout, ReadsAlongTheRequest)
{
    const auto layout = stack::layoutOf(example());
    EXPECT_LT(layout.internet.right(), cardOf(layout, "ingress").x);
    EXPECT_LT(cardOf(layout, "ingress").right(), cardOf(layout, "web").x);
    EXPECT_LT(cardOf(layout, "web").right(), cardOf(layout, "api").x);
    EXPECT_LT(cardOf(layout, "api").right(), cardOf(layout, "db").x);
    EXPECT_EQ(cardOf(layout, "db").x, cardOf(layout, "cache").x);
    EXPECT_GT(panelOf(layout, "watch").y, panelOf(layout, "back").bottom());
    EXPECT_EQ(layout.flows.size(), 5U);
}

TEST(Layout, ANightlyJobDoesNotPushWhatItCalls)
{
    auto topology = example();
    const double before = cardOf(stack::layoutOf(topology), "db").x;
    addComponent(topology, "backup", "back", "data");
    topology.components.back().component.workload.kind = {"batch", "CronJob"};
    addFlow(topology, "backup", "db");
    const auto layout = stack::layoutOf(topology);
    EXPECT_EQ(cardOf(layout, "db").x, before);
    EXPECT_EQ(cardOf(layout, "backup").x, before);
}

TEST(Layout, KeepsCardsInTheirPanelsAndApartOnTheGrid)
{
    const auto topology = example();
    const auto layout = stack::layoutOf(topology);
    for (const auto &card : layout.cards) {
        const auto &nameSpace = topology.components[card.component].component.workload.nameSpace.value();
        EXPECT_TRUE(contains(panelOf(layout, nameSpace), card.rect)) << card.id;
        EXPECT_TRUE(contains(layout.bounds, card.rect)) << card.id;
        EXPECT_EQ(std::fmod(card.rect.x, 8), 0) << card.id;
        EXPECT_EQ(std::fmod(card.rect.y, 8), 0) << card.id;
        for (const auto &other : layout.cards)
            EXPECT_TRUE(&other == &card || !overlap(card.rect, other.rect)) << card.id << " " << other.id;
    }
    for (const auto &panel : layout.panels)
        for (const auto &other : layout.panels)
            EXPECT_TRUE(&other == &panel || !overlap(panel.rect, other.rect));
}

TEST(Layout, DoesNotMoveWithPodsStatesOrTheOrderOfArrival)
{
    auto topology = example();
    const auto before = stack::layoutOf(topology);
    for (auto &state : topology.components) {
        state.health = {cluster::HealthState::Degraded, "broken"};
        state.pods.push_back({{{"", "Pod"}, core::Namespace("back"), "x"}, "u", {}});
    }
    std::reverse(topology.components.begin(), topology.components.end());
    std::reverse(topology.flows.begin(), topology.flows.end());
    const auto after = stack::layoutOf(topology);
    for (const auto &card : before.cards)
        EXPECT_EQ(card.rect, cardOf(after, card.id)) << card.id;
}

TEST(Layout, SurvivesCyclesSelfCallsAndUnknownEnds)
{
    auto topology = example();
    addFlow(topology, "db", "web");
    addFlow(topology, "api", "api");
    addFlow(topology, "api", "nobody");
    const auto layout = stack::layoutOf(topology);
    EXPECT_EQ(layout.flows.size(), 6U);
    EXPECT_LT(cardOf(layout, "web").x, cardOf(layout, "api").x);
}

TEST(Layout, OrdersAColumnSoThatLinesDoNotCross)
{
    stack::Topology topology;
    for (const char *id : {"a", "b", "c"})
        addComponent(topology, id, "n", "frontend");
    for (const char *id : {"x", "y", "z"})
        addComponent(topology, id, "n", "backend");
    addFlow(topology, "a", "z");
    addFlow(topology, "b", "y");
    addFlow(topology, "c", "x");
    const auto layout = stack::layoutOf(topology);
    EXPECT_EQ(cardOf(layout, "a").y, cardOf(layout, "z").y);
    EXPECT_EQ(cardOf(layout, "b").y, cardOf(layout, "y").y);
    EXPECT_EQ(cardOf(layout, "c").y, cardOf(layout, "x").y);
}

TEST(Layout, AnEmptyTopologyIsEmpty)
{
    const auto layout = stack::layoutOf({});
    EXPECT_TRUE(layout.bounds.isEmpty());
    EXPECT_THAT(stack::toSvg({}, layout), testing::HasSubstr("</svg>"));
}

TEST(Layout, SvgEscapesNamesAndSaysStatesInWords)
{
    auto topology = example();
    topology.components[2].component.title = "a <b> & \"c\"";
    topology.components[2].health = {cluster::HealthState::Degraded, "0 of 1 ready"};
    topology.flows[2].broken = true;
    topology.flows[2].reason = "api has no ready endpoints";
    const std::string svg = stack::toSvg(topology, stack::layoutOf(topology));
    EXPECT_THAT(svg, testing::HasSubstr("a &lt;b&gt; &amp; &quot;c&quot;"));
    EXPECT_THAT(svg, testing::HasSubstr(">Degraded</text>"));
    EXPECT_THAT(svg, testing::HasSubstr("api has no ready endpoints"));
    EXPECT_THAT(svg, testing::HasSubstr("stroke=\"#c62828\""));
}

} // namespace binnacle::tests

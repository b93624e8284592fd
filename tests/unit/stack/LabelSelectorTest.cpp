// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/LabelSelector.h"

#include "stack/TopologyReach.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace binnacle;

TEST(LabelSelector, SelectsAsKubectlDoes)
{
    const stack::Labels web{{"app", "web"}, {"tier", "front"}, {"example.com/canary", ""}};
    struct Case
    {
        const char *text;
        bool selects;
    };
    const std::vector<Case> cases{
        {"", true},
        {"app=web", true},
        {"app==web", true},
        {"app = web , tier = front", true},
        {"app=db", false},
        {"app!=db", true},
        {"app!=web", false},
        {"team!=blue", true}, // absent is different
        {"app", true},
        {"team", false},
        {"!team", true},
        {"!app", false},
        {"app in (db, web)", true},
        {"app in (db)", false},
        {"app notin (db,cache)", true},
        {"team notin (blue)", true},
        {"example.com/canary=", true},
        {"example.com/canary", true},
        {"app=web,!team,tier in (front,back)", true},
        {"app=web,team", false},
    };
    for (const Case &row : cases) {
        const auto selector = cluster::parseLabelSelector(row.text);
        ASSERT_TRUE(selector) << row.text << ": " << selector.error().describe();
        EXPECT_EQ(stack::matches(&*selector, web), row.selects) << row.text;
    }
}

TEST(LabelSelector, SaysWhereItCannotBeRead)
{
    for (const char *text : {"=web", "app in web", "app in (web", "app web", "app=web tier=front", "!", "app=web,&"}) {
        const auto selector = cluster::parseLabelSelector(text);
        ASSERT_FALSE(selector) << text;
        EXPECT_NE(selector.error().message.find("at character "), std::string::npos) << text;
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/StackReader.h"
#include "stack/YamlReader.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::stack {
namespace {

TEST(YamlCycles, AnAliasInsideItsAnchorIsAnErrorWithItsPlace)
{
    for (const char *text :
         {"a: &x [1, *x]", "a: &x {b: *x}", "a: &x\n  <<: *x\n", "&x {<<: [*x]}", "<<: &x [*x]", "- &x\n  - - - *x"}) {
        const auto read = readYaml(text, "cycle.yaml");
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().kind, core::ErrorKind::Configuration);
        EXPECT_NE(read.error().message.find("cycle.yaml:"), std::string::npos) << read.error().message;
        EXPECT_FALSE(readManifests(text, "cycle.yaml")) << text;
        EXPECT_FALSE(readStack(text, "/nowhere/stack.yaml")) << text;
    }
}

TEST(YamlCycles, DeepButFiniteNestingIsRead)
{
    constexpr int depth = 150;
    const auto read = readYaml(std::string(depth, '[') + std::string(depth, ']'), "deep.yaml");
    ASSERT_TRUE(read) << read.error().describe();
    EXPECT_FALSE(readYaml(std::string(5000, '[') + std::string(5000, ']'), "deep.yaml"));
}

TEST(YamlCycles, AStrayCommaEndsInAnErrorNotInEndlessDocuments)
{
    for (const char *text : {",", ", a", "\"x\"\n,", "a: 1\n---\n,"}) {
        const auto read = readYaml(text, "comma.yaml");
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find("comma.yaml:"), std::string::npos) << read.error().message;
    }
    EXPECT_TRUE(readYaml("a: 1\n---\n---\n---\nb: 2\n", "documents.yaml"));
}

} // namespace
} // namespace binnacle::stack

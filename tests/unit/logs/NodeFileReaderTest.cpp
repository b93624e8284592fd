// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/NodeFileReader.h"
#include "logs/ResumePoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::logs {
namespace {

using testing::ElementsAre;

const std::string file = "2026-11-21T18:00:00.1Z stdout F one\n"
                         "2026-11-21T18:00:00.2+00:00 stderr P a long\n"
                         "2026-11-21T18:00:00.3Z stdout F between\r\n"
                         "2026-11-21T18:00:00.4Z stderr P  line in\n"
                         "2026-11-21T18:00:00.5Z stderr F  parts\n"
                         "2026-11-21T18:00:00.6Z stdout F \n";

TEST(NodeFileReader, JoinsPartsAndGoesOnFromAnyPlace)
{
    for (const std::size_t piece : {1UL, 5UL, 40UL, 1000UL}) {
        for (std::size_t breaks = 0; breaks <= file.size(); breaks += 13) {
            std::vector<std::string> lines;
            ResumePoint point;
            const auto sink = [&](Stamp stamp, std::string_view text) {
                if (point.accept(stamp, text.size()))
                    lines.push_back(std::to_string(stamp / 100'000'000 % 10) + "|" + std::string(text));
            };
            NodeFileReader first(0);
            for (std::size_t at = 0; at < breaks; at += piece)
                ASSERT_TRUE(first.read(std::string_view(file).substr(at, std::min(piece, breaks - at)), sink));
            point.reopened();
            NodeFileReader second(first.offset());
            ASSERT_TRUE(second.read(std::string_view(file).substr(static_cast<std::size_t>(first.offset())), sink));
            EXPECT_THAT(lines, ElementsAre("1|one", "3|between", "2|a long line in parts", "6|")) << piece << breaks;
        }
    }
}

TEST(NodeFileReader, RefusesOtherFormats)
{
    for (const char *const line :
         {"{\"log\":\"docker's\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T18:00:00Z\"}\n",
          "2026-11-21T18:00:00Z no tags at all\n", "2026-11-21T18:00:00Z stdlog F x\n", "\n"}) {
        NodeFileReader reader(0);
        EXPECT_FALSE(reader.read(line, [](Stamp, std::string_view) {})) << line;
    }
}

} // namespace
} // namespace binnacle::logs

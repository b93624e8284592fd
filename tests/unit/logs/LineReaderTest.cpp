// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LineReader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::logs {
namespace {

using testing::ElementsAre;

/// "stamp|text" of each line, however the bytes are cut.
std::vector<std::string> linesOf(const std::string &bytes, std::size_t piece)
{
    LineReader reader;
    std::vector<std::string> lines;
    const auto sink = [&](const LineReader::Line &line) {
        lines.push_back((line.stamp == 0 ? "-" : formatStamp(line.stamp)) + "|" + std::string(line.text) +
                        (line.continues ? "..." : ""));
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        reader.read(std::string_view(bytes).substr(at, piece), sink);
    reader.finish(sink);
    return lines;
}

TEST(LineReader, TakesLinesApartHoweverTheyAreCut)
{
    const std::string bytes = "2026-11-21T18:00:00.000000001Z one\n"
                              "2026-11-21T18:00:00.5Z windows\r\n"
                              "2026-11-21T20:00:01+02:00 abroad\n"
                              "2026-11-21T18:00:02Z \n"
                              "2026-11-21T18:00:03Z\n"
                              "failed to watch the file\n"
                              "2026-11-21T18:00:04Z 2026-11-21T18:00:04Z a time of its own\n"
                              "2026-11-21T18:00:05Z no newline at the end";
    for (const std::size_t piece : {1UL, 2UL, 7UL, 36UL, 1000UL})
        EXPECT_THAT(linesOf(bytes, piece),
                    ElementsAre("2026-11-21T18:00:00.000000001Z|one", "2026-11-21T18:00:00.500000000Z|windows",
                                "2026-11-21T18:00:01.000000000Z|abroad", "2026-11-21T18:00:02.000000000Z|",
                                "2026-11-21T18:00:03.000000000Z|",
                                "2026-11-21T18:00:03.000000000Z|failed to watch the file",
                                "2026-11-21T18:00:04.000000000Z|2026-11-21T18:00:04Z a time of its own",
                                "2026-11-21T18:00:05.000000000Z|no newline at the end"))
            << piece;
}

TEST(LineReader, JoinsThePartsOfALineThatTheRuntimeCut)
{
    const std::string part(16 * 1024, 'x');
    const std::string stamp = "2026-11-21T18:00:00.000000001Z ";
    const auto joined = linesOf(stamp + part + stamp + part + stamp + "end\n" + stamp + "next\n", 4096);
    ASSERT_EQ(joined.size(), 2U);
    EXPECT_EQ(joined[0].substr(stamp.size()), part + part + "end");
    EXPECT_EQ(joined[1].substr(stamp.size()), "next");
    // Newer kubelets put no stamps in between.
    EXPECT_EQ(linesOf(stamp + part + part + "end\n", 4096)[0].substr(stamp.size()), part + part + "end");
}

TEST(LineReader, GivesALineWithoutEndInPieces)
{
    const std::string text(LineReader::longestPiece * 3 / 2, 'y');
    const std::string stamp = "2026-11-21T18:00:00.000000000Z|";
    const auto lines = linesOf("2026-11-21T18:00:00Z " + text + "\n2026-11-21T18:00:01Z next\n", 64 * 1024);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_TRUE(lines[0].ends_with("y..."));
    EXPECT_EQ(lines[0].substr(stamp.size(), lines[0].size() - stamp.size() - 3) + lines[1].substr(stamp.size()), text);
    EXPECT_EQ(lines[2], "2026-11-21T18:00:01.000000000Z|next");
}

TEST(LogStamp, ReadsWhatServersWrite)
{
    struct Case
    {
        const char *text;
        const char *stamp; ///< empty: none
    };
    for (const auto &[text, stamp] :
         {Case{"2026-02-28T23:59:59.999999999Z x", "2026-02-28T23:59:59.999999999Z"},
          Case{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000000Z"},
          Case{"1970-01-01T00:00:00.000000001Z", "1970-01-01T00:00:00.000000001Z"},
          Case{"2026-01-01T00:30:00.25-01:30 x", "2026-01-01T02:00:00.250000000Z"}, Case{"2026-01-01 00:30:00Z", ""},
          Case{"2026-13-01T00:30:00Z", ""}, Case{"2026-01-01T00:30:00.Z", ""}, Case{"2026-01-01T00:30:00", ""},
          Case{"level=info", ""}, Case{"", ""}}) {
        const auto parsed = parseStamp(text);
        EXPECT_EQ(parsed ? formatStamp(parsed->stamp) : "", stamp) << text;
    }
    EXPECT_EQ(formatSeconds(parseStamp("2026-01-01T00:00:01.9Z")->stamp), "2026-01-01T00:00:01Z");
}

} // namespace
} // namespace binnacle::logs

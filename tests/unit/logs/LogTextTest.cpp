// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/AnsiText.h"
#include "logs/ContextFilter.h"
#include "logs/LogFields.h"
#include "logs/LogLevels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LogLevels, AreFoundInWhatCommonProgramsWrite)
{
    struct Case
    {
        const char *line;
        const char *level;
    };
    for (const auto &[line, level] : {
             Case{R"({"level":"warn","msg":"slow"})", "warn"},
             Case{R"({"time":1,"severity": "ERROR"})", "error"},
             Case{R"({"lvl":"dbug","level":50})", "error"},
             Case{R"({"level":30,"msg":"pino"})", "info"},
             Case{R"({"log.level":"fatal"})", "fatal"},
             Case{R"({"msg":"the \"level\" of water"})", ""},
             Case{R"({"msg":"no level"})", ""},
             Case{"I1121 18:00:00.000000       1 server.go:10] started", "info"},
             Case{"E1121 18:00:00.000000       1 server.go:10] INFO is a word", "error"},
             Case{"ts=2026-11-21 level=warn msg=\"x\"", "warn"},
             Case{"time=x lvl=eror msg=y", "error"},
             Case{"sublevel=error nothing", ""},
             Case{"[2026-11-21 18:00:00] [error] 7#7: *1 connect() failed", "error"},
             Case{"2026/11/21 18:00:00 [warn] 7#7: buffered", "warn"},
             Case{"2026-11-21 18:00:00,123 - app - WARNING - slow", "warn"},
             Case{"WARNING:root:slow", "warn"},
             Case{"2026-11-21 18:00:00.000 UTC [61] FATAL:  password authentication failed", "fatal"},
             Case{"2026-11-21 18:00:00.000 UTC [27] LOG:  checkpoint complete", "info"},
             Case{"2026-11-21T18:00:00Z  INFO app::server: listening", "info"},
             Case{"18:00:00.000 [main] ERROR com.example.Main - boom", "error"},
             Case{"1:M 21 Nov 2026 18:00:00.000 # WARNING overcommit_memory", "warn"},
             Case{"1:M 21 Nov 2026 18:00:00.000 * Ready to accept connections", "info"},
             Case{"\x1b[31mERROR\x1b[0m it broke", "error"},
             Case{"error: no such file", "error"},
             Case{"the error rate is fine", ""},
             Case{"GET /INFOrmation 200", ""},
             Case{"    at com.example.Main(Main.java:3)", ""},
             Case{"", ""},
         })
        EXPECT_STREQ(toString(levelOf(line)), level) << line;
}

TEST(AnsiText, IsTakenApartIntoTextAndLooks)
{
    const auto plain = parseAnsi("nothing special\there");
    EXPECT_EQ(plain.text, "nothing special\there");
    EXPECT_THAT(plain.spans, IsEmpty());

    const auto text = parseAnsi("\x1b[1;31mred\x1b[0m and \x1b[38;5;200mpink\x1b[39m, \x1b[48;2;1;2;3mdeep\x1b[m.");
    EXPECT_EQ(text.text, "red and pink, deep.");
    ASSERT_EQ(text.spans.size(), 3U);
    EXPECT_EQ(text.spans[0].length, 3U);
    EXPECT_TRUE(text.spans[0].style.bold);
    EXPECT_EQ(text.spans[0].style.foreground, 1);
    EXPECT_EQ(text.spans[1].begin, 8U);
    EXPECT_EQ(text.spans[1].style.foreground, 200);
    EXPECT_EQ(text.spans[2].style.background, AnsiStyle::direct | 0x010203);
    EXPECT_EQ(parseAnsi("a\x1b]0;title\a"
                        "b\x1b[2Jc\x1b")
                  .text,
              "abc");
    EXPECT_EQ(parseAnsi("bell\a, back\b, null").text, "bell, back, null");
}

TEST(AnsiText, IsAlwaysUtf8)
{
    EXPECT_EQ(validUtf8("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(validUtf8("a\xff"
                        "b\xc3"),
              "a\xef\xbf\xbd"
              "b\xef\xbf\xbd");
    EXPECT_EQ(validUtf8("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); // a surrogate
    EXPECT_EQ(withoutAnsi("\xf0\x9f\x9a\xa2\xc0\x80"), "\xf0\x9f\x9a\xa2\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(LogFields, AreShownInTheOrderOfTheLine)
{
    using F = LogField;
    EXPECT_THAT(fieldsOf(R"({"b":1,"a":"text","error":{"stack":"x\ny","code":7},"list":[1,2],"none":null})"),
                ElementsAre(F{"b", "1"}, F{"a", "text"}, F{"error.stack", "x\ny"}, F{"error.code", "7"},
                            F{"list", "[1,2]"}, F{"none", "null"}));
    EXPECT_THAT(fieldsOf("level=info msg=\"it \\\"works\\\"\" empty= n=3"),
                ElementsAre(F{"level", "info"}, F{"msg", "it \"works\""}, F{"empty", ""}, F{"n", "3"}));
    EXPECT_THAT(fieldsOf("a sentence with x=1 in it"), IsEmpty());
    EXPECT_THAT(fieldsOf("{not json"), IsEmpty());
    EXPECT_THAT(fieldsOf(""), IsEmpty());
    EXPECT_EQ(messageOf(fieldsOf(R"({"level":"info","message":"hello"})")), "hello");
}

TEST(ContextFilter, ShowsWhatIsAroundMatches)
{
    struct Case
    {
        std::size_t context;
        const char *matching;
        const char *shown;
    };
    for (const auto &[context, matching, shown] :
         {Case{0, "c", "c"}, Case{0, "ch", "c-h"}, Case{1, "c", "bcd"}, Case{1, "ch", "bcd-ghi"},
          Case{1, "ce", "bcdef"}, Case{2, "aj", "abc-hij"}, Case{1, "", ""}, Case{9, "e", "abcdefghij"}}) {
        ContextFilter filter(context);
        std::string given;
        for (char line = 'a'; line <= 'j'; ++line)
            filter.add({}, std::string(1, line), std::string_view(matching).find(line) != std::string_view::npos,
                       [&](const ContextFilter::Line &l) { given += (l.afterGap ? "-" : "") + l.text; });
        EXPECT_EQ(given, shown) << matching;
    }
}

} // namespace
} // namespace binnacle::logs

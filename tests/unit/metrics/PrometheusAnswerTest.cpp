// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/PrometheusAnswer.h"
#include "metrics/Csv.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace binnacle::metrics {

namespace {

TEST(PrometheusAnswer, KeepsValuesAsTheyWereSent)
{
    const auto result = queryResultFrom(
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},)"
        R"("values":[[1700000000,"0.30000000000000004"],[1700000015.001,"NaN"],[1700000030,"+Inf"],[1700000045,"-Inf"],)"
        R"([1700000060,"1e-09"],[1700000075,"9007199254740993"]]}]},"warnings":["slow"]})");
    ASSERT_TRUE(result) << result.error().describe();
    EXPECT_EQ(result->type, ResultType::Matrix);
    EXPECT_EQ(result->warnings, std::vector<std::string>{"slow"});
    ASSERT_EQ(result->series.size(), 1U);
    const auto &series = result->series.front();
    EXPECT_EQ(describe(series.labels), "up{job=\"a\"}");
    ASSERT_EQ(series.samples.size(), 6U);
    EXPECT_EQ(series.samples[0].text, "0.30000000000000004");
    EXPECT_EQ(series.samples[0].value, 0.30000000000000004);
    EXPECT_EQ(series.samples[1].milliseconds, 1700000015001);
    EXPECT_TRUE(std::isnan(series.samples[1].value));
    EXPECT_EQ(series.samples[2].value, HUGE_VAL);
    EXPECT_EQ(series.samples[3].value, -HUGE_VAL);
    EXPECT_EQ(series.samples[4].value, 1e-9);
    EXPECT_EQ(series.samples[5].text, "9007199254740993");
}

TEST(PrometheusAnswer, ReadsEveryType)
{
    const auto vector = queryResultFrom(
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"2"]}]}})");
    ASSERT_TRUE(vector);
    EXPECT_EQ(vector->series.front().samples.front(), (Sample{1500, 2, "2"}));
    const auto scalar = queryResultFrom(R"({"status":"success","data":{"resultType":"scalar","result":[2,"42"]}})");
    ASSERT_TRUE(scalar);
    EXPECT_EQ(scalar->type, ResultType::Scalar);
    EXPECT_EQ(scalar->series.front().samples.front(), (Sample{2000, 42, "42"}));
    const auto text = queryResultFrom(R"({"status":"success","data":{"resultType":"string","result":[2,"hello"]}})");
    ASSERT_TRUE(text);
    EXPECT_EQ(text->series.front().samples.front().text, "hello");
    const auto nothing = queryResultFrom(R"({"status":"success","data":{"resultType":"vector","result":[]}})");
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->isEmpty());
}

TEST(PrometheusAnswer, SaysWhatItCannotShow)
{
    const auto native = queryResultFrom(
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"3"}]}]}})");
    ASSERT_TRUE(native);
    ASSERT_EQ(native->warnings.size(), 1U);
    EXPECT_NE(native->warnings.front().find("native histograms"), std::string::npos);
}

TEST(PrometheusAnswer, RefusesWhatIsNone)
{
    for (const char *const body :
         {"", "<html>", "{}", "[]", R"({"status":"success"})", R"({"status":"success","data":{"resultType":"list"}})",
          R"({"status":"success","data":{"resultType":"vector","result":{}}})",
          R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1]]}]}})",
          R"({"status":"error","errorType":"bad_data","error":"x"})"}) {
        const auto result = queryResultFrom(body);
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().kind, core::ErrorKind::Protocol) << body;
    }
}

TEST(PrometheusAnswer, FindsThePlaceOfAMistake)
{
    const struct
    {
        const char *message;
        int line;
        int column; ///< 0: names no place
        const char *rest;
    } cases[] = {
        {R"(invalid parameter "query": 1:5: parse error: unexpected end of input)", 1, 5, "unexpected end of input"},
        {R"(invalid parameter 'query': 2:13: parse error: unexpected "}")", 2, 13, R"(unexpected "}")"},
        {"parse error at char 7: no arguments", 1, 7, "no arguments"},
        {"found duplicate series for the match group", 0, 0, ""},
    };
    for (const auto &each : cases) {
        const auto place = syntaxErrorOf(core::makeError(core::ErrorKind::Invalid, each.message));
        ASSERT_EQ(place.has_value(), each.column > 0) << each.message;
        if (!place)
            continue;
        EXPECT_EQ(place->line, each.line) << each.message;
        EXPECT_EQ(place->column, each.column) << each.message;
        EXPECT_EQ(place->message, each.rest) << each.message;
    }
}

TEST(PrometheusAnswer, TurnsBytesIntoCharacters)
{
    EXPECT_EQ(characterAt("up{", {1, 4, {}}), 3);
    EXPECT_EQ(characterAt("up", {1, 99, {}}), 2);
    EXPECT_EQ(characterAt("sum(\nrate(x[5m]))", {2, 6, {}}), 10);
    EXPECT_EQ(characterAt("{a=\"\xC3\xA4\"}", {1, 8, {}}), 6) << "two bytes are one character";
    EXPECT_EQ(characterAt("{a=\"\xF0\x9F\x98\x80\"}", {1, 9, {}}), 6) << "four bytes are two units of UTF-16";
}

TEST(Csv, HasARowForEachSample)
{
    QueryResult result;
    result.series.push_back({{{"job", "a,b"}}, {{1'700'000'000'000, 1, "1"}, {1'700'000'015'500, NAN, "NaN"}}});
    result.series.push_back({{{"pod", "say \"x\""}}, {{1'700'000'000'000, 0.1, "0.1"}}});
    EXPECT_EQ(toCsv(result), "time,job,pod,value\r\n"
                             "2023-11-14T22:13:20Z,\"a,b\",,1\r\n"
                             "2023-11-14T22:13:35.500Z,\"a,b\",,NaN\r\n"
                             "2023-11-14T22:13:20Z,,\"say \"\"x\"\"\",0.1\r\n");
}

} // namespace

} // namespace binnacle::metrics

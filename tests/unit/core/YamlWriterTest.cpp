// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/YamlWriter.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::core {
namespace {

struct TextCase
{
    std::string text;
    std::string yaml;
};

class YamlTexts : public testing::TestWithParam<TextCase>
{
};

TEST_P(YamlTexts, AreWrittenSoThatTheyStayTexts)
{
    EXPECT_EQ(toYaml(Json{{"key", GetParam().text}}), "key:" + GetParam().yaml + "\n");
}

INSTANTIATE_TEST_SUITE_P(Plain, YamlTexts,
                         testing::Values(TextCase{"backend", " backend"},
                                         TextCase{"nginx:1.25-alpine", " nginx:1.25-alpine"},
                                         TextCase{"apps/v1", " apps/v1"}, TextCase{"/etc/config", " /etc/config"},
                                         TextCase{"http://backend:5000/api?x=1", " 'http://backend:5000/api?x=1'"},
                                         TextCase{"two words", " two words"}, TextCase{"20Gi", " 20Gi"},
                                         TextCase{"500m", " 500m"}));

INSTANTIATE_TEST_SUITE_P(TakenForAnotherType, YamlTexts,
                         testing::Values(TextCase{"", " ''"}, TextCase{"5432", " '5432'"}, TextCase{"0.5", " '0.5'"},
                                         TextCase{"1e3", " '1e3'"}, TextCase{"0x1F", " '0x1F'"},
                                         TextCase{"0o17", " '0o17'"}, TextCase{"1_000", " '1_000'"},
                                         TextCase{"12:30:45", " '12:30:45'"}, TextCase{"2026-01-31", " '2026-01-31'"},
                                         TextCase{"2026-01-31T12:00:00Z", " '2026-01-31T12:00:00Z'"},
                                         TextCase{"true", " 'true'"}, TextCase{"No", " 'No'"}, TextCase{"on", " 'on'"},
                                         TextCase{"y", " 'y'"}, TextCase{"null", " 'null'"}, TextCase{"~", " '~'"},
                                         TextCase{".inf", " '.inf'"}, TextCase{"-.NaN", " '-.NaN'"},
                                         TextCase{"=", " '='"}, TextCase{"<<", " '<<'"}));

INSTANTIATE_TEST_SUITE_P(
    TakenForSyntax, YamlTexts,
    testing::Values(TextCase{"a: b", " 'a: b'"}, TextCase{"a #b", " 'a #b'"}, TextCase{"- a", " '- a'"},
                    TextCase{"{a}", " '{a}'"}, TextCase{"[a]", " '[a]'"}, TextCase{"*all", " '*all'"},
                    TextCase{"&anchor", " '&anchor'"}, TextCase{"!tag", " '!tag'"}, TextCase{"@at", " '@at'"},
                    TextCase{"%d", " '%d'"}, TextCase{"it's", " 'it''s'"}, TextCase{" padded ", " ' padded '"},
                    TextCase{"ends:", " 'ends:'"}, TextCase{"a\tb", " \"a\\tb\""}, TextCase{"bell\a", " \"bell\\x07\""},
                    TextCase{"next\xC2\x85line", " \"next\\Nline\""}, TextCase{"---", " '---'"}));

INSTANTIATE_TEST_SUITE_P(SeveralLines, YamlTexts,
                         testing::Values(TextCase{"a\nb", " |-\n  a\n  b"}, TextCase{"a\nb\n", " |\n  a\n  b"},
                                         TextCase{"a\n\n", " |+\n  a\n"}, TextCase{"a\n\nb\n", " |\n  a\n\n  b"},
                                         TextCase{" a\nb", " \" a\\nb\""}, TextCase{"\na", " \"\\na\""},
                                         TextCase{"a\r\nb", " \"a\\r\\nb\""}, TextCase{"a\n ", " \"a\\n \""}));

TEST(YamlWriter, IndentsListsAndMapsAsKubectlDoes)
{
    const Json pod = Json::parse(R"({"spec":{"containers":[{"name":"app","ports":[{"containerPort":80}],"command":
        ["sh","-c","a\nb"]}],"volumes":[],"nodeSelector":{}},"list":[[1,2],[],{"a":null}]})");
    EXPECT_EQ(toYaml(pod), "list:\n"
                           "- - 1\n"
                           "  - 2\n"
                           "- []\n"
                           "- a: null\n"
                           "spec:\n"
                           "  containers:\n"
                           "  - command:\n"
                           "    - sh\n"
                           "    - -c\n"
                           "    - |-\n"
                           "      a\n"
                           "      b\n"
                           "    name: app\n"
                           "    ports:\n"
                           "    - containerPort: 80\n"
                           "  nodeSelector: {}\n"
                           "  volumes: []\n");
}

TEST(YamlWriter, QuotesKeysByTheSameRules)
{
    EXPECT_EQ(toYaml(Json{{"on", 1}}), "'on': 1\n");
    EXPECT_EQ(toYaml(Json{{"8080", 1}}), "'8080': 1\n");
    EXPECT_EQ(toYaml(Json{{"app.kubernetes.io/name", "x"}}), "app.kubernetes.io/name: x\n");
}

TEST(YamlWriter, SeparatesDocuments)
{
    EXPECT_EQ(toYamlStream(Json::parse(R"([{"a":1},{"b":2}])")), "a: 1\n---\nb: 2\n");
    EXPECT_EQ(toYamlStream(Json::array()), "");
}

TEST(YamlWriter, WritesFloatsThatEveryReaderTakesForNumbers)
{
    EXPECT_EQ(toYaml(Json{{"a", 1e20}, {"b", 0.5}}), "a: 1.0e+20\nb: 0.5\n");
}

} // namespace
} // namespace binnacle::core

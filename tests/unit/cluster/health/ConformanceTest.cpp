// SPDX-License-Identifier: GPL-3.0-or-later
#include "HealthCase.h"

#include "core/YamlStream.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace binnacle::tests {

namespace {

/// An object of tests/data/health that is to be judged beside the others of its file.
struct Judged
{
    std::string suite;    ///< the word of the suite that it comes from
    std::string expected; ///< Binnacle's
    std::string why;      ///< of a difference
};

std::optional<Judged> judgedOf(const YAML::Node &document)
{
    const YAML::Node notes = document["metadata"]["annotations"];
    if (!notes || !notes["test/expect"])
        return std::nullopt;
    const auto note = [&](const char *key) { return notes[key] ? notes[key].as<std::string>() : std::string(); };
    return Judged{note("test/suite"), note("test/expect"), note("test/why")};
}

/// The words of the suites for "all is well".
bool isWell(const std::string &word)
{
    return word == "Current" || word == "Healthy" || word == "ready";
}

std::string stateOf(const std::string &word)
{
    static const std::map<std::string, std::string> words{
        {"Current", "Healthy"}, {"ready", "Healthy"}, {"InProgress", "Progressing"}, {"Failed", "Degraded"}};
    const auto found = words.find(word);
    return found == words.end() ? word : found->second;
}

std::vector<std::filesystem::path> suites()
{
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(BINNACLE_SOURCE_DIR "/tests/data/health"))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

class Suite : public testing::TestWithParam<std::filesystem::path>
{
};

// A suite that says only "not ready" leaves the state open; everything else that differs must say why.
TEST_P(Suite, IsMetOrTheDifferenceIsExplained)
{
    std::ifstream file(GetParam());
    std::stringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(core::strayYamlToken(text.str())) << "a ',' between documents";
    std::vector<std::pair<kube::RecordPointer, std::optional<Judged>>> objects;
    cluster::Store store(testClock());
    core::StringPool pool;
    std::set<kube::ObjectKey> keys;
    for (const YAML::Node &document : YAML::LoadAll(text.str())) {
        if (!document.IsMap())
            continue;
        objects.emplace_back(kube::recordFromJson(jsonFrom(document), pool), judgedOf(document));
        EXPECT_TRUE(keys.insert(objects.back().first->key()).second) << objects.back().first->key().describe();
        store.upsert(objects.back().first);
    }
    int judged = 0;
    for (const auto &[object, expectation] : objects) {
        if (!expectation)
            continue;
        ++judged;
        const cluster::Health health = cluster::healthOf(*object, store);
        EXPECT_EQ(cluster::toString(health.state), expectation->expected)
            << object->key().describe() << ": " << health.reason;
        const bool differs = expectation->suite == "not ready" ? expectation->expected == "Healthy"
                                                               : stateOf(expectation->suite) != expectation->expected;
        EXPECT_EQ(differs, !expectation->why.empty()) << object->key().describe();
        EXPECT_TRUE(isWell(expectation->suite) || expectation->expected != "Healthy") << object->key().describe();
    }
    EXPECT_GT(judged, 0);
}

INSTANTIATE_TEST_SUITE_P(Health, Suite, testing::ValuesIn(suites()),
                         [](const testing::TestParamInfo<std::filesystem::path> &info) {
                             std::string name = info.param.stem().string();
                             std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
                             return name;
                         });

} // namespace binnacle::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Stack.h"
#include "stack/YamlReader.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace binnacle::stack {
namespace {

namespace fs = std::filesystem;

const fs::path sourceDir = BINNACLE_SOURCE_DIR;

std::string run(const std::string &command)
{
    const std::unique_ptr<FILE, int (*)(FILE *)> pipe(popen(command.c_str(), "r"), &pclose);
    std::string output;
    for (int letter = std::fgetc(pipe.get()); letter != EOF; letter = std::fgetc(pipe.get())) {
        output += static_cast<char>(letter);
    }
    return output;
}

std::string nameOf(const core::Json &object)
{
    const core::Json metadata = object.value("metadata", core::Json::object());
    return object.value("kind", "?") + " " + metadata.value("namespace", "") + "/" + metadata.value("name", "");
}

/// Every folder below tests/data/kustomize with a kustomization that is not part of another case, and the overlays of
/// the built-in stacks.
std::vector<std::string> kustomizeDirectories()
{
    std::vector<std::string> directories;
    for (const fs::directory_entry &entry : fs::directory_iterator(sourceDir / "tests/data/kustomize")) {
        directories.push_back(entry.path().string());
    }
    for (const fs::directory_entry &entry : fs::directory_iterator(sourceDir / "manifests/ai-saas/overlays")) {
        directories.push_back(entry.path().string());
    }
    std::sort(directories.begin(), directories.end());
    return directories;
}

class AsKubectl : public testing::TestWithParam<std::string>
{
};

TEST_P(AsKubectl, givesTheSameObjectsInTheSameOrder)
{
    if (run("command -v kubectl").empty()) {
        GTEST_SKIP() << "kubectl is not installed: Binnacle's renderer is NOT compared with kubectl kustomize";
    }
    const std::string directory = GetParam();
    const std::string start = fs::exists(fs::path(directory) / "overlay") ? directory + "/overlay" : directory;
    const auto expected = readYaml(run("kubectl kustomize '" + start + "' 2>/dev/null"), "kubectl");
    ASSERT_TRUE(expected) << expected.error().describe();
    const auto objects = renderDirectory(start);
    if (expected->empty()) {
        EXPECT_FALSE(objects) << "kubectl refuses this kustomization, Binnacle does not";
        return;
    }
    ASSERT_TRUE(objects) << objects.error().describe();
    std::vector<std::string> names;
    std::vector<std::string> expectedNames;
    for (const core::Json &object : *objects) {
        names.push_back(nameOf(object));
    }
    for (const core::Json &object : *expected) {
        expectedNames.push_back(nameOf(object));
    }
    ASSERT_EQ(names, expectedNames);
    for (std::size_t i = 0; i < objects->size(); ++i) {
        EXPECT_EQ((*objects)[i], (*expected)[i]) << names[i] << "\n"
                                                 << core::Json::diff((*objects)[i], (*expected)[i]).dump(1);
    }
}

INSTANTIATE_TEST_SUITE_P(Kustomizations, AsKubectl, testing::ValuesIn(kustomizeDirectories()), [](const auto &info) {
    std::string name =
        fs::path(info.param).parent_path().filename().string() + "_" + fs::path(info.param).filename().string();
    for (char &letter : name) {
        letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
    }
    return name;
});

} // namespace
} // namespace binnacle::stack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/StackReader.h"
#include "stack/kustomize/Files.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdlib>

namespace binnacle::stack {

namespace {

namespace fs = std::filesystem;

#ifdef _WIN32
constexpr char listSeparator = ';';
#else
constexpr char listSeparator = ':';
#endif

bool isStackFile(const fs::path &path)
{
    std::error_code status;
    return fs::is_regular_file(path, status);
}

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

core::Result<fs::path> findStack(const std::string &nameOrPath)
{
    const fs::path given(nameOrPath);
    std::error_code status;
    if (isStackFile(given)) {
        return given;
    }
    if (isStackFile(given / "stack.yaml")) {
        return given / "stack.yaml";
    }
    if (fs::is_directory(given, status)) {
        return core::fail(core::ErrorKind::Configuration, nameOrPath + " has no stack.yaml",
                          "Name a folder with a stack.yaml, or the name of a stack.");
    }
    for (const fs::path &folder : stackFolders()) {
        if (!nameOrPath.empty() && isStackFile(folder / nameOrPath / "stack.yaml")) {
            return folder / nameOrPath / "stack.yaml";
        }
    }
    const std::vector<std::string> names = stackNames();
    return core::fail(core::ErrorKind::Usage, "there is no stack '" + nameOrPath + "'",
                      names.empty() ? "Name a stack.yaml or its folder, or set BINNACLE_STACKS."
                                    : "Name a stack.yaml or its folder, or one of: " + joined(names) + ".");
}

} // namespace

std::vector<fs::path> stackFolders()
{
    std::vector<fs::path> folders;
    if (const char *list = std::getenv("BINNACLE_STACKS"); list != nullptr) {
        std::string rest = list;
        while (!rest.empty()) {
            const auto end = rest.find(listSeparator);
            if (end != 0) {
                folders.emplace_back(rest.substr(0, end));
            }
            rest = end == std::string::npos ? std::string{} : rest.substr(end + 1);
        }
    }
    if (QCoreApplication::instance() != nullptr) {
        folders.emplace_back(fs::path(QCoreApplication::applicationDirPath().toStdString()) / ".." / "share" /
                             "binnacle" / "manifests");
    }
    folders.emplace_back(BINNACLE_MANIFESTS_DIR);
    std::error_code status;
    folders.erase(std::remove_if(folders.begin(), folders.end(),
                                 [&](const fs::path &folder) { return !fs::is_directory(folder, status); }),
                  folders.end());
    return folders;
}

std::vector<std::string> stackNames()
{
    std::vector<std::string> names;
    for (const fs::path &folder : stackFolders()) {
        std::error_code status;
        for (const fs::directory_entry &entry : fs::directory_iterator(folder, status)) {
            if (isStackFile(entry.path() / "stack.yaml")) {
                names.push_back(entry.path().filename().string());
            }
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

core::Result<Stack> loadStack(const std::string &nameOrPath)
{
    const auto file = findStack(nameOrPath);
    if (!file) {
        return core::fail(file.error());
    }
    auto text = kustomize::readFile(*file);
    if (!text) {
        return core::fail(text.error());
    }
    auto stack = readStack(*text, file->string());
    if (stack) {
        std::error_code status;
        stack->directory = fs::weakly_canonical(*file, status).parent_path();
    }
    return stack;
}

} // namespace binnacle::stack

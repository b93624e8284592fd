// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Files.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

namespace binnacle::stack::kustomize {

core::Result<std::string> readFile(const std::filesystem::path &file)
{
    std::error_code status;
    if (std::filesystem::is_directory(file, status)) {
        return core::fail(core::ErrorKind::Io, file.string() + " is a folder", "Name a file.");
    }
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (stream) {
        text << stream.rdbuf();
    }
    if (!stream || stream.bad()) {
        const bool exists = std::filesystem::exists(file, status);
        return core::fail(core::ErrorKind::Io, file.string() + (exists ? " cannot be read" : " does not exist"),
                          "Correct the name, or the rights of the file.");
    }
    return text.str();
}

bool isRemote(const std::string &path)
{
    static const std::regex form(R"(.*://.*|git::.*|[\w.-]+@[\w.-]+:.*|(github|gitlab|bitbucket)\.(com|org)[/:].*|)"
                                 R"(.*\.git(//.*|\?.*)?|.*\?(ref|version|timeout|submodules)=.*)");
    return std::regex_match(path, form);
}

core::Error remoteError(const std::string &path)
{
    return core::makeError(core::ErrorKind::Unsupported,
                           "'" + path + "' is remote: Binnacle reads local files only and fetches nothing",
                           "Copy it beside the kustomization (`git clone`, or `curl -O`), and name the copy.");
}

core::Result<std::string> readInside(const std::filesystem::path &root, const std::string &relative)
{
    if (isRemote(relative)) {
        return core::fail(remoteError(relative));
    }
    std::error_code status;
    const std::filesystem::path file = std::filesystem::weakly_canonical(root / relative, status);
    const std::filesystem::path folder = std::filesystem::weakly_canonical(root, status);
    const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    if (end != folder.end()) {
        return core::fail(core::ErrorKind::Configuration, "'" + relative + "' is not in or below " + root.string(),
                          "Move the file below the kustomization that uses it.");
    }
    return readFile(root / relative);
}

} // namespace binnacle::stack::kustomize

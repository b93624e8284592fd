// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Files.h"

#include <algorithm>
#include <fstream>
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

core::Result<std::string> readInside(const std::filesystem::path &root, const std::string &relative)
{
    if (relative.find("://") != std::string::npos) {
        return core::fail(core::ErrorKind::Unsupported, "'" + relative + "' is remote: Binnacle reads local files only",
                          "Copy it beside the kustomization.");
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

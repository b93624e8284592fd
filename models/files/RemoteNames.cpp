// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/RemoteNames.h"

#include <algorithm>
#include <cctype>

namespace binnacle::files {

std::string encodedPath(std::string_view path)
{
    std::string word;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '_' || c == '-') {
            word += c;
            continue;
        }
        word += "\\0";
        for (const int shift : {6, 3, 0})
            word += static_cast<char>('0' + ((byte >> shift) & 7));
    }
    return word;
}

std::string safePath(std::string path)
{
    return path.empty() ? "." : path.front() == '-' ? "./" + path : path;
}

core::Result<void> checkName(const std::string &name, bool forWindows)
{
    const bool isRefused =
        name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
        (forWindows &&
         (name.find_first_of("\\:*?\"<>|") != std::string::npos || name.back() == '.' || name.back() == ' ' ||
          std::any_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; })));
    if (isRefused)
        return core::fail(core::ErrorKind::Invalid, "\"" + name + "\" cannot be the name of a file here",
                          "rename it in the container, or copy the other files one by one");
    return {};
}

std::string baseName(std::string path)
{
    while (!path.empty() && path.back() == '/')
        path.pop_back();
    const std::string name = path.substr(path.rfind('/') + 1);
    return name == "." || name == ".." ? std::string() : name;
}

std::string joined(const std::string &folder, const std::string &name)
{
    return folder.empty() || folder.back() == '/' ? folder + name : folder + "/" + name;
}

std::string temporaryPath(const std::string &path, const std::string &unique)
{
    const auto slash = path.rfind('/') + 1;
    constexpr std::size_t mostOfName = 180; // of 255 bytes that file systems allow
    return path.substr(0, slash) + "." + path.substr(slash, mostOfName) + "." + unique + ".part";
}

CopyPlace parseCopyPlace(const std::string &text)
{
    const auto colon = text.find(':');
    const auto slash = text.find('/');
    const bool isDrive = colon == 1 && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
    const bool hasPath =
        colon != std::string::npos && colon > 0 && !isDrive && text.front() != '.' && text.front() != '/';
    CopyPlace place;
    if (!hasPath || text.substr(0, colon).find('/') != text.substr(0, colon).rfind('/')) {
        place.path = text;
        return place;
    }
    place.isRemote = true;
    place.path = text.substr(colon + 1);
    place.pod = text.substr(0, colon);
    if (slash < colon) {
        place.nameSpace = text.substr(0, slash);
        place.pod = text.substr(slash + 1, colon - slash - 1);
    }
    return place;
}

} // namespace binnacle::files

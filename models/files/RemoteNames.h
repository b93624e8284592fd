// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <string>
#include <string_view>

namespace binnacle::files {

/// A path as one word without blanks, quotes or newlines, from which `printf '%b'` of a shell makes it again.
[[nodiscard]] std::string encodedPath(std::string_view path);
/// The path as no program takes it for an option: "./-f" for "-f".
[[nodiscard]] std::string safePath(std::string path);
/// An error unless `name` can be one component of a path: a container's listing is not to be trusted to stay in the
/// folder that it is copied to. `forWindows`: which refuses more.
[[nodiscard]] core::Result<void> checkName(const std::string &name, bool forWindows);
/// The last component; empty: there is none, as of "/" or "..".
[[nodiscard]] std::string baseName(std::string path);
[[nodiscard]] std::string joined(const std::string &folder, const std::string &name);
/// Beside the file, hidden, and of a name that nobody else has.
[[nodiscard]] std::string temporaryPath(const std::string &path, const std::string &unique);

/// "POD:PATH", "NAMESPACE/POD:PATH", or a local path. A single letter before the colon is a drive of Windows.
struct CopyPlace
{
    bool isRemote = false;
    std::string nameSpace;
    std::string pod;
    std::string path;

    friend bool operator==(const CopyPlace &, const CopyPlace &) = default;
};
[[nodiscard]] CopyPlace parseCopyPlace(const std::string &text);

} // namespace binnacle::files

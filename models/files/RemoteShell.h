// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/PodPipe.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace binnacle::files {

/// Files of a container, through one shell in it and the programs head, wc, mv, mkdir and chmod, which even the
/// smallest images with a shell have; tar is not needed. Paths go there encoded and contents come with their length, so
/// that no name and no content can be taken for something else. For worker threads: calls wait.
class RemoteShell
{
public:
    enum class Kind { Nothing, File, Folder, Link, Other };
    struct Entry
    {
        Kind kind = Kind::Nothing;
        std::string name; ///< of list()
        std::uint64_t size = 0;
        bool isExecutable = false;
    };

    RemoteShell(kube::Transport &transport, kube::PodStreamRequest request, core::CancellationToken token);

    /// An error when there is no shell, or it lacks a program that is needed.
    [[nodiscard]] core::Result<void> start();
    /// Follows links.
    [[nodiscard]] core::Result<Entry> look(const std::string &path);
    [[nodiscard]] core::Result<std::vector<Entry>> list(const std::string &folder);
    [[nodiscard]] core::Result<void> makeFolder(const std::string &path);
    /// The file's first `size` bytes, handed on piece by piece. The SHA-256 that the container computed of them, in
    /// hexadecimal; empty: it has no sha256sum. An error when the file has become shorter meanwhile.
    [[nodiscard]] core::Result<std::string> get(const std::string &path, std::uint64_t size,
                                                const std::function<core::Result<void>(std::string_view)> &take);
    /// Writes `size` bytes of `next` to a new file; the SHA-256 that the container computed of the file, as above.
    [[nodiscard]] core::Result<std::string> put(const std::string &path, std::uint64_t size,
                                                const std::function<core::Result<std::string>()> &next);
    /// In the place of whatever has the new name.
    [[nodiscard]] core::Result<void> rename(const std::string &from, const std::string &to, bool executable);
    [[nodiscard]] core::Result<void> remove(const std::string &path);

private:
    [[nodiscard]] core::Result<std::string> ask(const std::string &command);
    [[nodiscard]] core::Result<void> order(const std::string &command, const std::string &what);
    [[nodiscard]] core::Error refused(const std::string &what);
    [[nodiscard]] core::Result<std::string> trailer();

    PodPipe m_pipe;
    std::string m_object; ///< for messages
};

/// The program that the container's shell runs.
[[nodiscard]] const char *remoteScript();

} // namespace binnacle::files

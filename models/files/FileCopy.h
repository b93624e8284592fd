// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Result.h"
#include "kube/PodExec.h"

#include <QFuture>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace binnacle::files {

struct CopyRequest
{
    core::Namespace nameSpace;
    std::string pod;
    std::string container; ///< empty: the pod's default one
    bool up = false;       ///< into the container
    std::string local;     ///< UTF-8; on systems other than Windows any bytes
    std::string remote;
    std::string unique; ///< of temporary names: random letters and digits
};

struct CopyProgress
{
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
    std::string name;         ///< of the file under way, where it comes from
    std::uint64_t ofFile = 0; ///< its size
    std::uint64_t doneOfFile = 0;
};

struct CopyOutcome
{
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    /// False: the container has no sha256sum, so that only the sizes were compared.
    bool isVerified = true;
    std::vector<std::string> leftOut; ///< links and what is no file, of folders
};

/// Copies a file, or a folder with all that is in it, as `cp -r` does: into `remote` or `local` where that is a folder
/// already, else under that name. Each file goes to a temporary name beside it, is compared by SHA-256 on both sides,
/// and only then gets its own: whatever happens, there is no half a file under it. Keeps whether a file can be
/// executed. `progress` is called from the worker thread, some times a second. Runs in a thread of its own.
[[nodiscard]] QFuture<core::Result<CopyOutcome>> copyFiles(std::shared_ptr<kube::Transport> transport,
                                                           CopyRequest request,
                                                           std::function<void(const CopyProgress &)> progress = {},
                                                           core::CancellationToken token = {});

/// In words: "3 files, 1.2 MB, SHA-256 equal on both sides".
[[nodiscard]] std::string describe(const CopyOutcome &outcome);

} // namespace binnacle::files

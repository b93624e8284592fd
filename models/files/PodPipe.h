// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Result.h"
#include "kube/PodExec.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace binnacle::files {

/// A program in a container as a pair of pipes. Its calls wait, so it is for worker threads alone; memory is bounded
/// both ways, since a side that is slow makes the other wait.
class PodPipe
{
public:
    PodPipe(kube::Transport &transport, const kube::PodStreamRequest &request, const core::CancellationToken &token);
    ~PodPipe();
    PodPipe(const PodPipe &) = delete;
    PodPipe &operator=(const PodPipe &) = delete;

    /// Waits while much is queued.
    [[nodiscard]] core::Result<void> write(std::string bytes);
    /// Some of the output, at most so many bytes; waits for the first. Nothing: none came in that time.
    [[nodiscard]] core::Result<std::optional<std::string>> read(std::size_t most, std::chrono::milliseconds patience);
    /// Whether something waits to be read.
    [[nodiscard]] bool hasOutput() const;
    /// Up to the next `end`, which is taken and not given.
    [[nodiscard]] core::Result<std::string> readUntil(char end);
    /// What the program said on its standard error since it was asked last; at most the last few kilobytes.
    [[nodiscard]] std::string takeComplaints();

private:
    class Listener;
    struct Shared;

    [[nodiscard]] core::Error lost() const;

    std::shared_ptr<Shared> m_shared;
};

} // namespace binnacle::files

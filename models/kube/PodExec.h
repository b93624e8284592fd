// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Result.h"
#include "core/SecretString.h"
#include "core/StrongString.h"

#include <QFuture>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::kube {

class Transport;

enum class PodStreamKind { Exec, Attach };

struct PodStreamRequest
{
    PodStreamKind kind = PodStreamKind::Exec;
    core::Namespace nameSpace;
    std::string pod;
    std::string container;            ///< empty: the pod's default container
    std::vector<std::string> command; ///< of exec; an argument vector, seen by everyone who may list processes there
    bool input = false;
    bool terminal = false; ///< standard error then comes with standard output
};

enum class PodOutput { Output, Error };

/// Our end of a running command. Thread-safe.
class PodStream
{
public:
    virtual ~PodStream() = default;
    virtual void write(std::string bytes) = 0;
    /// End of input. False: this connection cannot say it (a WebSocket to a server before 1.30); the command goes on
    /// waiting.
    virtual bool closeInput() = 0;
    virtual void resize(int columns, int rows) = 0;
    [[nodiscard]] virtual std::size_t queuedBytes() const = 0;
    virtual void setReading(bool reading) = 0;
    virtual void close() = 0;
};

/// Called from the stream thread, in order; must not block. finished() is the last and comes exactly once.
class PodStreamListener
{
public:
    virtual ~PodStreamListener() = default;
    virtual void started(const std::shared_ptr<PodStream> &stream) = 0;
    virtual void output(PodOutput from, std::string_view bytes) = 0;
    virtual void drained() = 0;
    /// The command's exit status, or why it could not run or was lost.
    virtual void finished(core::Result<int> exitStatus) = 0;
};

/// Over SPDY/3.1 as kubectl does; where the server or a proxy refuses that, over a WebSocket: v5.channel.k8s.io where
/// the server knows it, else v4 (KEP-4006). `transport` outlives the stream.
void startPodStream(Transport &transport, const PodStreamRequest &request, std::shared_ptr<PodStreamListener> listener,
                    core::CancellationToken token = {});

/// What a stream's end means: `status` is the server's last word on the command, a metav1.Status, if it said any.
[[nodiscard]] core::Result<int> podStreamOutcome(const std::string &status, core::Result<void> result,
                                                 const std::string &object);

struct PodCommandResult
{
    int exitStatus = 0;
    std::string output; ///< at most 1 MiB of each, then cut
    std::string errorOutput;
};

/// Runs a command to its end, giving it `input`, which is where secrets go: an argument would be seen by others. The
/// command must end by itself after its input, without waiting for the end of it (see PodStream::closeInput).
[[nodiscard]] QFuture<core::Result<PodCommandResult>> runInPod(Transport &transport, PodStreamRequest request,
                                                               core::SecretString input = {},
                                                               core::CancellationToken token = {});

} // namespace binnacle::kube

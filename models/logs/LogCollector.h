// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Result.h"
#include "kube/Transport.h"
#include "logs/LogMerge.h"
#include "logs/ResumePoint.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace binnacle::logs {

/// How a stream ended, for the one who opened it.
struct StreamEnd
{
    std::uint16_t source = 0;
    int generation = 0; ///< which of the source's streams
    core::Result<void> result;
};

/// Where the streams' lines come together: written in the transport's thread, emptied in the owner's. Lines are taken
/// apart, judged and merged in the former, so that the latter only copies. Thread-safe.
class LogCollector : public std::enable_shared_from_this<LogCollector>
{
public:
    struct Options
    {
        bool levels = true;                                      ///< find out each line's level
        std::size_t mostWaiting = std::size_t{64} * 1024 * 1024; ///< bytes not taken yet, above which streams stop
        std::optional<std::int64_t> mostBytes;                   ///< of each source; the line that exceeds it is cut
    };

    /// `wake` is called in any thread, once until the next takeEnds().
    LogCollector(Options options, const core::Clock &clock, std::function<void()> wake);

    /// The consumer of the source's next stream.
    [[nodiscard]] std::shared_ptr<kube::StreamConsumer> open(std::uint16_t source, int generation, LogMerge::Mode mode);
    /// The consumer of the log's file on the node, from fileOffset() on.
    [[nodiscard]] std::shared_ptr<kube::StreamConsumer> openFile(std::uint16_t source, int generation);
    /// Up to where the source's file has been read.
    [[nodiscard]] std::int64_t fileOffset(std::uint16_t source) const;
    /// The source ends for now: it holds nobody up.
    void close(std::uint16_t source);
    /// From where to ask the source's next stream; nothing: from the beginning.
    [[nodiscard]] std::optional<Stamp> since(std::uint16_t source) const;

    /// Whether a stream that was stopped for want of room may go on.
    [[nodiscard]] bool hasRoom(std::uint16_t source) const;

    /// Merged lines, in order.
    [[nodiscard]] LogLines takeLines();
    [[nodiscard]] std::vector<StreamEnd> takeEnds();
    enum class Stock {
        Nothing,
        Held, ///< the merge holds lines back for a while: look again soon
        Lines,
    };
    [[nodiscard]] Stock stock();
    /// Makes the merge wait for the source's first word before its first stream is opened.
    void expect(std::uint16_t source);
    /// Nobody is woken any more, and streams that still run end. The clock may then go.
    void shut();

private:
    class Stream;
    class ApiStream;
    class FileStream;

    [[nodiscard]] std::size_t mostOfEach() const;
    void wake(std::unique_lock<std::mutex> &lock);

    Options m_options;
    const core::Clock &m_clock;
    mutable std::mutex m_mutex;
    std::function<void()> m_wake;
    bool m_isWoken = false;
    bool m_isShut = false;
    LogMerge m_merge;
    std::map<std::uint16_t, ResumePoint> m_points;
    std::map<std::uint16_t, std::int64_t> m_bytesLeft;
    std::map<std::uint16_t, std::int64_t> m_offsets; ///< in files
    LogLines m_lines;
    std::vector<StreamEnd> m_ends;
};

} // namespace binnacle::logs

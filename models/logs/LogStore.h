// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogLines.h"

#include <deque>
#include <memory>
#include <vector>

namespace binnacle::logs {

/// A stretch of lines in two arrays that never move. Lines are only ever added, so that other threads may read those
/// that were there when they were told of the chunk, while its owner goes on adding.
class LogChunk
{
public:
    LogChunk(std::size_t bytes, std::size_t lines);

    [[nodiscard]] bool hasRoomFor(std::size_t bytes) const;
    void add(LogEntry entry, std::string_view text);

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] const LogEntry &entry(std::size_t index) const { return m_entries[index]; }
    [[nodiscard]] std::string_view text(std::size_t index) const
    {
        const std::size_t begin = index == 0 ? 0 : m_entries[index - 1].offset;
        return {m_bytes.get() + begin, m_entries[index].offset - begin};
    }
    [[nodiscard]] std::size_t capacity() const { return m_byteCapacity + m_lineCapacity * sizeof(LogEntry); }

private:
    std::size_t m_byteCapacity;
    std::size_t m_lineCapacity;
    std::size_t m_byteCount = 0;
    std::size_t m_size = 0;
    std::unique_ptr<char[]> m_bytes;
    std::unique_ptr<LogEntry[]> m_entries; ///< offset is here where the text ends
};

/// Lines in bounded memory: when they take more than the limit, the oldest go. A line's number stays its own for ever.
/// One thread; snapshots are for others.
class LogStore
{
public:
    static constexpr std::size_t defaultLimit = std::size_t{160} * 1024 * 1024; ///< bytes

    explicit LogStore(std::size_t limit = defaultLimit) : m_limit(limit) {}

    void append(const LogLines &lines) { append(lines, 0, lines.size()); }
    /// Only those from index `begin` to before `end`.
    void append(const LogLines &lines, std::size_t begin, std::size_t end);
    void clear();

    /// Numbers of the first line that is left and of the one that comes next.
    [[nodiscard]] std::uint64_t first() const { return m_first; }
    [[nodiscard]] std::uint64_t end() const { return m_end; }
    [[nodiscard]] std::uint64_t size() const { return m_end - m_first; }
    /// Bytes that lines are kept in.
    [[nodiscard]] std::size_t memory() const { return m_memory; }

    struct Line
    {
        const LogEntry *entry = nullptr;
        std::string_view text; ///< until the next append() or clear()
    };
    [[nodiscard]] Line line(std::uint64_t number) const;

    struct Stretch
    {
        std::uint64_t begin = 0; ///< number of the chunk's first line
        std::shared_ptr<const LogChunk> chunk;
        std::size_t size = 0; ///< lines of it that may be read
    };
    /// The chunks that hold the lines from this number on.
    [[nodiscard]] std::vector<Stretch> snapshot(std::uint64_t from) const;

private:
    struct Held
    {
        std::uint64_t begin = 0;
        std::shared_ptr<LogChunk> chunk;
    };
    LogChunk &roomFor(std::size_t bytes);

    std::size_t m_limit;
    std::size_t m_memory = 0;
    std::deque<Held> m_chunks;
    std::uint64_t m_first = 0;
    std::uint64_t m_end = 0;
};

} // namespace binnacle::logs

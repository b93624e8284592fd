// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogStore.h"

#include <algorithm>
#include <cstring>

namespace binnacle::logs {

namespace {

constexpr std::size_t chunkBytes = 1 << 20;
constexpr std::size_t chunkLines = 16 * 1024;

} // namespace

LogChunk::LogChunk(std::size_t bytes, std::size_t lines)
    : m_byteCapacity(bytes),
      m_lineCapacity(lines),
      m_bytes(new char[bytes]), // not value-initialised, which would touch every page
      m_entries(new LogEntry[lines])
{
}

bool LogChunk::hasRoomFor(std::size_t bytes) const
{
    return m_size < m_lineCapacity && m_byteCount + bytes <= m_byteCapacity;
}

void LogChunk::add(LogEntry entry, std::string_view text)
{
    std::memcpy(m_bytes.get() + m_byteCount, text.data(), text.size());
    m_byteCount += text.size();
    entry.offset = static_cast<std::uint32_t>(m_byteCount);
    m_entries[m_size] = entry;
    ++m_size;
}

LogChunk &LogStore::roomFor(std::size_t bytes)
{
    if (m_chunks.empty() || !m_chunks.back().chunk->hasRoomFor(bytes)) {
        m_chunks.push_back({m_end, std::make_shared<LogChunk>(std::max(bytes, chunkBytes), chunkLines)});
        m_memory += m_chunks.back().chunk->capacity();
        while (m_memory > m_limit && m_chunks.size() > 1) {
            m_memory -= m_chunks.front().chunk->capacity();
            m_chunks.pop_front();
            m_first = m_chunks.front().begin;
        }
    }
    return *m_chunks.back().chunk;
}

void LogStore::append(const LogLines &lines, std::size_t begin, std::size_t end)
{
    for (std::size_t at = begin; at < end; ++at) {
        const auto text = lines.text(at);
        roomFor(text.size()).add(lines.entries[at], text);
        ++m_end;
    }
}

void LogStore::clear()
{
    m_chunks.clear();
    m_memory = 0;
    m_first = m_end;
}

LogStore::Line LogStore::line(std::uint64_t number) const
{
    auto held = std::upper_bound(m_chunks.begin(), m_chunks.end(), number,
                                 [](std::uint64_t wanted, const Held &candidate) { return wanted < candidate.begin; });
    --held;
    const auto index = static_cast<std::size_t>(number - held->begin);
    return {&held->chunk->entry(index), held->chunk->text(index)};
}

std::vector<LogStore::Stretch> LogStore::snapshot(std::uint64_t from) const
{
    std::vector<Stretch> stretches;
    for (const Held &held : m_chunks) {
        if (held.begin + held.chunk->size() > from)
            stretches.push_back({held.begin, held.chunk, held.chunk->size()});
    }
    return stretches;
}

} // namespace binnacle::logs

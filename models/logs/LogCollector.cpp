// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogCollector.h"

#include "logs/LineReader.h"
#include "logs/LogLevels.h"
#include "logs/NodeFileReader.h"

#include <algorithm>

namespace binnacle::logs {

/// One answer's body on its way into the collector.
class LogCollector::Stream : public kube::StreamConsumer
{
public:
    Stream(std::shared_ptr<LogCollector> collector, std::uint16_t source, int generation)
        : m_collector(std::move(collector)), m_source(source), m_generation(generation)
    {
    }

    bool started(int, const std::vector<std::pair<std::string, std::string>> &) override { return true; }

    bool received(std::string_view bytes) override
    {
        std::unique_lock lock(m_collector->m_mutex);
        if (m_collector->m_isShut)
            return false;
        m_now = m_collector->m_clock.monotonic();
        const bool isReadable = read(bytes);
        m_collector->m_merge.take(m_collector->m_lines, m_now);
        const bool isFull = m_collector->m_lines.bytes.size() > m_collector->m_options.mostWaiting ||
                            m_collector->m_merge.waitingBytes(m_source) > m_collector->mostOfEach();
        m_collector->wake(lock);
        m_isUnreadable = !isReadable;
        return isReadable && !m_isSatisfied && !isFull;
    }

    void finished(core::Result<void> result) override
    {
        std::unique_lock lock(m_collector->m_mutex);
        if (m_collector->m_isShut)
            return;
        m_now = m_collector->m_clock.monotonic();
        if (m_isSatisfied)
            result = {};
        if (m_isUnreadable)
            result = core::fail(core::ErrorKind::Protocol, "the log on the node has a format of its own");
        if (result)
            end();
        m_collector->m_merge.take(m_collector->m_lines, m_now);
        m_collector->m_ends.push_back({m_source, m_generation, std::move(result)});
        m_collector->wake(lock);
    }

protected:
    /// False: this cannot be read.
    [[nodiscard]] virtual bool read(std::string_view bytes) = 0;
    /// Nothing more comes.
    virtual void end() {}

    void add(Stamp stamp, std::string_view text, bool continues)
    {
        if (m_isSatisfied || !m_collector->m_points[m_source].accept(stamp, text.size()))
            return;
        if (const auto most = m_collector->m_options.mostBytes) {
            auto &left = m_collector->m_bytesLeft.try_emplace(m_source, *most).first->second;
            m_isSatisfied = static_cast<std::int64_t>(text.size()) + 1 >= left;
            text = text.substr(0, static_cast<std::size_t>(std::max<std::int64_t>(left, 0)));
            left -= static_cast<std::int64_t>(text.size()) + 1;
        }
        LogEntry entry;
        entry.stamp = stamp;
        entry.source = m_source;
        entry.continues = continues;
        entry.level = m_collector->m_options.levels ? levelOf(text) : LogLevel::None;
        m_collector->m_merge.add(entry, text, m_now);
    }
    [[nodiscard]] LogCollector &collector() const { return *m_collector; }
    [[nodiscard]] std::uint16_t source() const { return m_source; }

private:
    std::shared_ptr<LogCollector> m_collector;
    std::uint16_t m_source;
    int m_generation;
    LogMerge::Time m_now{};
    bool m_isSatisfied = false; ///< as many bytes as were wanted have come
    bool m_isUnreadable = false;
};

/// Of pods/log.
class LogCollector::ApiStream final : public Stream
{
public:
    using Stream::Stream;

private:
    bool read(std::string_view bytes) override
    {
        m_reader.read(bytes, [this](const LineReader::Line &line) { add(line.stamp, line.text, line.continues); });
        return true;
    }
    void end() override
    {
        m_reader.finish([this](const LineReader::Line &line) { add(line.stamp, line.text, line.continues); });
    }

    LineReader m_reader;
};

/// Of the file on the node.
class LogCollector::FileStream final : public Stream
{
public:
    FileStream(std::shared_ptr<LogCollector> collector, std::uint16_t source, int generation, std::int64_t offset)
        : Stream(std::move(collector), source, generation), m_reader(offset)
    {
    }

private:
    bool read(std::string_view bytes) override
    {
        const bool isReadable =
            m_reader.read(bytes, [this](Stamp stamp, std::string_view text) { add(stamp, text, false); });
        collector().m_offsets[source()] = m_reader.offset();
        return isReadable;
    }

    NodeFileReader m_reader;
};

LogCollector::LogCollector(Options options, const core::Clock &clock, std::function<void()> wake)
    : m_options(options), m_clock(clock), m_wake(std::move(wake))
{
}

std::shared_ptr<kube::StreamConsumer> LogCollector::open(std::uint16_t source, int generation, LogMerge::Mode mode)
{
    const std::scoped_lock lock(m_mutex);
    m_merge.open(source, mode);
    m_points[source].reopened();
    return std::make_shared<ApiStream>(shared_from_this(), source, generation);
}

std::shared_ptr<kube::StreamConsumer> LogCollector::openFile(std::uint16_t source, int generation)
{
    const std::scoped_lock lock(m_mutex);
    m_merge.open(source, LogMerge::Mode::History);
    m_points[source].reopened();
    return std::make_shared<FileStream>(shared_from_this(), source, generation, m_offsets[source]);
}

std::int64_t LogCollector::fileOffset(std::uint16_t source) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_offsets.find(source);
    return found == m_offsets.end() ? 0 : found->second;
}

void LogCollector::close(std::uint16_t source)
{
    std::unique_lock lock(m_mutex);
    m_merge.close(source);
    m_merge.take(m_lines, m_clock.monotonic());
    wake(lock);
}

std::optional<Stamp> LogCollector::since(std::uint16_t source) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_points.find(source);
    return found == m_points.end() ? std::nullopt : found->second.since();
}

std::size_t LogCollector::mostOfEach() const
{
    constexpr std::size_t leastEach = 1 << 20;
    return std::max(leastEach, m_options.mostWaiting / std::max<std::size_t>(m_points.size(), 1));
}

bool LogCollector::hasRoom(std::uint16_t source) const
{
    const std::scoped_lock lock(m_mutex);
    return m_lines.bytes.size() < m_options.mostWaiting / 4 && m_merge.waitingBytes(source) < mostOfEach() / 4;
}

LogLines LogCollector::takeLines()
{
    const std::scoped_lock lock(m_mutex);
    m_merge.take(m_lines, m_clock.monotonic());
    return std::exchange(m_lines, {});
}

std::vector<StreamEnd> LogCollector::takeEnds()
{
    const std::scoped_lock lock(m_mutex);
    m_isWoken = false;
    return std::exchange(m_ends, {});
}

LogCollector::Stock LogCollector::stock()
{
    const std::scoped_lock lock(m_mutex);
    m_merge.take(m_lines, m_clock.monotonic());
    if (!m_lines.isEmpty())
        return Stock::Lines;
    return m_merge.isEmpty() ? Stock::Nothing : Stock::Held;
}

void LogCollector::expect(std::uint16_t source)
{
    const std::scoped_lock lock(m_mutex);
    m_merge.open(source, LogMerge::Mode::History);
}

void LogCollector::shut()
{
    const std::scoped_lock lock(m_mutex);
    m_wake = {};
    m_isShut = true;
}

void LogCollector::wake(std::unique_lock<std::mutex> &lock)
{
    if (m_isWoken || !m_wake || (m_lines.isEmpty() && m_ends.empty() && m_merge.isEmpty()))
        return;
    m_isWoken = true;
    m_wake(); // posts an event, under the lock so that shut() leaves nobody calling
    lock.unlock();
}

} // namespace binnacle::logs

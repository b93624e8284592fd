// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogRows.h"

#include "logs/AnsiText.h"

#include <QThreadPool>

#include <algorithm>
#include <mutex>

namespace binnacle::logs {

namespace {

/// Lines between two looks at whether the result is still wanted, and between two that are handed over.
constexpr std::size_t piece = 4096;

bool finds(const QRegularExpression &pattern, std::string_view text)
{
    const bool isPlain = text.find('\x1b') == std::string_view::npos;
    const auto shown = isPlain ? QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))
                               : QString::fromStdString(withoutAnsi(text));
    return pattern.match(shown).hasMatch();
}

} // namespace

/// One pass over what is in the store now. Runs in a thread of the pool, and shares nothing with the owner but what is
/// under the mutex.
struct LogRows::Job
{
    LogFilter filter;
    std::vector<LogStore::Stretch> stretches;
    std::uint64_t from = 0;
    std::vector<std::uint64_t> before;
    std::size_t after = 0;
    std::function<void()> tell;
    std::atomic<bool> isStopped = false;

    std::mutex mutex; ///< of what follows
    std::vector<std::uint64_t> rows;
    std::vector<std::uint64_t> matches;
    bool isDone = false;
    bool isTold = false;

    void run()
    {
        std::vector<std::uint64_t> foundRows, foundMatches;
        std::size_t looked = 0;
        for (const auto &stretch : stretches) {
            for (std::size_t at = 0; at < stretch.size; ++at) {
                const std::uint64_t number = stretch.begin + at;
                if (number < from)
                    continue;
                look(number, stretch.chunk->entry(at), *stretch.chunk, at, foundRows, foundMatches);
                if (++looked % piece == 0) {
                    if (isStopped)
                        return;
                    hand(foundRows, foundMatches, false);
                }
            }
        }
        hand(foundRows, foundMatches, true);
    }

private:
    void look(std::uint64_t number, const LogEntry &entry, const LogChunk &chunk, std::size_t at,
              std::vector<std::uint64_t> &foundRows, std::vector<std::uint64_t> &foundMatches)
    {
        if (filter.level != LogLevel::None && entry.level < filter.level)
            return;
        if (filter.hiddenSources.count(entry.source) != 0)
            return;
        const bool matches = filter.searches() && finds(filter.pattern, chunk.text(at));
        if (matches)
            foundMatches.push_back(number);
        if (filter.showsAll())
            return;
        if (!filter.onlyMatches || !filter.searches()) {
            foundRows.push_back(number);
        } else if (matches) {
            foundRows.insert(foundRows.end(), before.begin(), before.end());
            before.clear();
            foundRows.push_back(number);
            after = filter.context;
        } else if (after > 0) {
            --after;
            foundRows.push_back(number);
        } else if (filter.context > 0) {
            if (before.size() == filter.context)
                before.erase(before.begin());
            before.push_back(number);
        }
    }

    void hand(std::vector<std::uint64_t> &foundRows, std::vector<std::uint64_t> &foundMatches, bool done)
    {
        const std::scoped_lock lock(mutex);
        rows.insert(rows.end(), foundRows.begin(), foundRows.end());
        matches.insert(matches.end(), foundMatches.begin(), foundMatches.end());
        foundRows.clear();
        foundMatches.clear();
        isDone = done;
        if (!isStopped && !isTold && (done || !rows.empty() || !matches.empty())) {
            isTold = true;
            tell();
        }
    }
};

LogRows::LogRows(const LogStore &store, QObject *parent)
    : QObject(parent), m_store(store), m_looked(store.first()), m_knownFirst(store.first())
{
}

LogRows::~LogRows()
{
    stop();
}

void LogRows::stop()
{
    if (!m_job)
        return;
    const std::scoped_lock lock(m_job->mutex);
    m_job->isStopped = true;
    m_job->tell = {};
    m_job.reset();
}

void LogRows::setFilter(LogFilter filter)
{
    stop();
    m_filter = std::move(filter);
    if (m_filter.searches())
        m_filter.pattern.optimize(); // here, as the object is shared with the other thread
    reset();
    start();
}

void LogRows::reset()
{
    stop();
    m_rows.clear();
    m_matches.clear();
    m_before.clear();
    m_after = 0;
    m_looked = m_knownFirst = m_store.first();
    emit renewed();
}

void LogRows::extend()
{
    const std::uint64_t first = m_store.first();
    std::uint64_t removed = m_filter.showsAll() ? first - m_knownFirst : 0;
    for (; !m_rows.empty() && m_rows.front() < first; m_rows.pop_front())
        ++removed;
    while (!m_matches.empty() && m_matches.front() < first)
        m_matches.pop_front();
    std::erase_if(m_before, [first](std::uint64_t line) { return line < first; });
    m_knownFirst = first;
    m_looked = std::max(m_looked, first);
    if (m_filter.showsAll() || removed > 0)
        emit changed(removed);
    start();
}

void LogRows::start()
{
    if (m_job || m_looked == m_store.end() || (m_filter.showsAll() && !m_filter.searches()))
        return;
    m_job = std::make_shared<Job>();
    m_job->filter = m_filter;
    m_job->stretches = m_store.snapshot(m_looked);
    m_job->from = m_looked;
    m_job->before = m_before;
    m_job->after = m_after;
    m_job->tell = [this, weak = std::weak_ptr(m_job)] {
        QMetaObject::invokeMethod(
            this,
            [this, weak] {
                if (const auto job = weak.lock(); job && job == m_job)
                    receive(job);
            },
            Qt::QueuedConnection);
    };
    m_looked = m_store.end();
    QThreadPool::globalInstance()->start([job = m_job] { job->run(); });
}

void LogRows::receive(const std::shared_ptr<Job> &job)
{
    const std::uint64_t first = m_store.first();
    bool isDone = false;
    {
        const std::scoped_lock lock(job->mutex);
        for (const std::uint64_t line : job->rows) {
            if (line >= first)
                m_rows.push_back(line);
        }
        for (const std::uint64_t line : job->matches) {
            if (line >= first)
                m_matches.push_back(line);
        }
        job->rows.clear();
        job->matches.clear();
        job->isTold = false;
        isDone = job->isDone;
    }
    if (isDone) {
        m_before = job->before;
        m_after = job->after;
        m_job.reset();
    }
    emit changed(0);
    start();
}

std::uint64_t LogRows::count() const
{
    return m_filter.showsAll() ? m_store.end() - m_knownFirst : m_rows.size();
}

std::uint64_t LogRows::lineAt(std::uint64_t row) const
{
    return m_filter.showsAll() ? m_knownFirst + row : m_rows[row];
}

std::uint64_t LogRows::rowOf(std::uint64_t line) const
{
    if (m_filter.showsAll())
        return std::max(line, m_knownFirst) - m_knownFirst;
    return static_cast<std::uint64_t>(std::lower_bound(m_rows.begin(), m_rows.end(), line) - m_rows.begin());
}

std::optional<std::uint64_t> LogRows::matchAfter(std::uint64_t line) const
{
    if (m_matches.empty())
        return std::nullopt;
    const auto found = std::upper_bound(m_matches.begin(), m_matches.end(), line);
    return found == m_matches.end() ? m_matches.front() : *found;
}

std::optional<std::uint64_t> LogRows::matchBefore(std::uint64_t line) const
{
    if (m_matches.empty())
        return std::nullopt;
    const auto found = std::lower_bound(m_matches.begin(), m_matches.end(), line);
    return found == m_matches.begin() ? m_matches.back() : *std::prev(found);
}

bool LogRows::isMatch(std::uint64_t line) const
{
    return std::binary_search(m_matches.begin(), m_matches.end(), line);
}

} // namespace binnacle::logs

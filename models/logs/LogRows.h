// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogStore.h"

#include <QObject>
#include <QRegularExpression>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <set>

namespace binnacle::logs {

/// What of a store is shown, and where in it a search finds something.
struct LogFilter
{
    LogLevel level = LogLevel::None;       ///< that and graver; lines that do not say theirs only with None
    std::set<std::uint16_t> hiddenSources; ///< of these nothing
    QRegularExpression pattern;            ///< what is searched; empty: nothing
    bool onlyMatches = false;              ///< of the search, and so many lines around each
    std::size_t context = 0;

    [[nodiscard]] bool searches() const { return !pattern.pattern().isEmpty() && pattern.isValid(); }
    [[nodiscard]] bool showsAll() const
    {
        return level == LogLevel::None && hiddenSources.empty() && !(onlyMatches && searches());
    }
};

/// The lines of a store that pass a filter, as rows. Filtering and searching happen in another thread, piece by piece,
/// so that the owner's never waits; rows and matches come as they are found, in order.
class LogRows : public QObject
{
    Q_OBJECT

public:
    explicit LogRows(const LogStore &store, QObject *parent = nullptr);
    ~LogRows() override;

    void setFilter(LogFilter filter);
    [[nodiscard]] const LogFilter &filter() const { return m_filter; }
    /// The store has got lines, and has perhaps dropped its oldest. To be called after each append.
    void extend();
    /// The store was emptied.
    void reset();

    [[nodiscard]] std::uint64_t count() const;
    /// The number of the line in a row.
    [[nodiscard]] std::uint64_t lineAt(std::uint64_t row) const;
    /// The row of this line, or of the next one that has one.
    [[nodiscard]] std::uint64_t rowOf(std::uint64_t line) const;
    [[nodiscard]] std::size_t matchCount() const { return m_matches.size(); }
    /// The next match behind (before) this line, around the end; nothing: there is none at all.
    [[nodiscard]] std::optional<std::uint64_t> matchAfter(std::uint64_t line) const;
    [[nodiscard]] std::optional<std::uint64_t> matchBefore(std::uint64_t line) const;
    [[nodiscard]] bool isMatch(std::uint64_t line) const;
    /// Lines are still being looked at.
    [[nodiscard]] bool isBusy() const { return m_job != nullptr; }

signals:
    /// There are more rows or matches, or so many at the beginning are gone.
    void changed(quint64 removedRows);
    /// Everything is another: the filter has changed.
    void renewed();

private:
    struct Job;
    void start();
    void receive(const std::shared_ptr<Job> &job);
    void stop();

    const LogStore &m_store;
    LogFilter m_filter;
    std::deque<std::uint64_t> m_rows; ///< numbers of lines; unused while everything is shown
    std::deque<std::uint64_t> m_matches;
    std::uint64_t m_looked = 0; ///< lines before this one have been looked at, or are
    std::uint64_t m_knownFirst = 0;
    std::shared_ptr<Job> m_job;
    std::vector<std::uint64_t> m_before; ///< passing lines without a match at the end of what was looked at
    std::size_t m_after = 0;             ///< so many more are shown because of the last match
};

} // namespace binnacle::logs

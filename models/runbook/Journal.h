// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "runbook/Engine.h"
#include "runbook/Executor.h"

#include <filesystem>
#include <memory>

class QLockFile;

namespace binnacle::runbook {

/// What the journal knows of one runbook.
struct RunbookSummary
{
    std::string id;
    std::string title;
    PlanKind kind = PlanKind::Deploy;
    Target target;
    std::string stack;
    std::string overlay;
    std::string who; ///< the operator's account on this computer
    std::chrono::system_clock::time_point started;
    std::optional<std::chrono::system_clock::time_point> finished; ///< nothing: was interrupted, or runs now
    Outcome outcome = Outcome::Running;
    std::string error;
};

/// One line of the audit: who changed what, when, and how it went.
struct AuditEntry
{
    std::int64_t sequence = 0;
    std::chrono::system_clock::time_point at;
    std::string runbook;
    std::string who;
    std::string context;
    std::string type; ///< "started", "intent", "outcome", "resumed", "finished"
    std::string step; ///< id
    std::string object;
    std::string action;
    std::string kubectl;
    std::string diff;
    std::string error;
};

/// A task as the journal knows it: what the object was, and, when it came that far, what became of it.
struct TaskRecord
{
    TaskIndex at;
    Previous previous; ///< of the first intent: what it was before this runbook
    std::optional<Applied> applied;
};

/// Holds the right to change one stack of one cluster; gives it back when it dies, and the system does when we are
/// killed.
class StackLock
{
public:
    ~StackLock();
    StackLock(StackLock &&) noexcept;

private:
    friend class Journal;
    explicit StackLock(std::unique_ptr<QLockFile> file);
    std::unique_ptr<QLockFile> m_file;
};

/// The append-only record of every change that Binnacle makes: intent before, outcome after, on the disk before the
/// next effect starts. Values of Secrets are never in it. One object for each thread; processes may share the file.
class Journal
{
public:
    /// BINNACLE_JOURNAL, or journal.sqlite in the system's place for application data.
    [[nodiscard]] static std::filesystem::path defaultPath();
    /// An error when the file cannot be written, is corrupt or locked, or comes from a later Binnacle.
    [[nodiscard]] static core::Result<std::unique_ptr<Journal>> open(const std::filesystem::path &path,
                                                                     const core::Clock &clock);
    ~Journal();

    /// Conflict when another process is changing this stack; names it. The lock of a dead process counts for nothing.
    [[nodiscard]] core::Result<StackLock> lock(const Target &target, const std::string &stack) const;

    /// @{ Writing. Each returns once the record is on the disk.
    [[nodiscard]] core::Result<void> started(const Plan &plan);
    [[nodiscard]] core::Result<void> resumed(const Plan &plan);
    [[nodiscard]] core::Result<void> intent(const Plan &plan, TaskIndex at, const Previous &previous,
                                            const std::string &kubectl);
    [[nodiscard]] core::Result<void> outcome(const Plan &plan, TaskIndex at, const Applied &applied);
    [[nodiscard]] core::Result<void> failure(const Plan &plan, TaskIndex at, const core::Error &error);
    [[nodiscard]] core::Result<void> finished(const Plan &plan, Outcome outcome, const std::string &error);
    /// @}

    /// @{ Reading.
    [[nodiscard]] core::Result<std::vector<RunbookSummary>> runbooks(std::size_t limit = 200) const; ///< newest first
    [[nodiscard]] core::Result<RunbookSummary> runbook(const std::string &id) const;
    /// The newest runbooks of this stack in this cluster first.
    [[nodiscard]] core::Result<std::vector<RunbookSummary>> runbooksOf(const Target &target,
                                                                       const std::string &stack) const;
    [[nodiscard]] core::Result<Plan> plan(const std::string &runbook) const;
    [[nodiscard]] core::Result<std::vector<TaskRecord>> tasks(const std::string &runbook) const;
    [[nodiscard]] core::Result<std::vector<AuditEntry>> audit(const std::string &runbook = {},
                                                              std::size_t limit = 1000) const; ///< oldest first
    /// @}

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    struct Private;
    explicit Journal(std::filesystem::path path, const core::Clock &clock);

    std::filesystem::path m_path;
    const core::Clock &m_clock;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::runbook

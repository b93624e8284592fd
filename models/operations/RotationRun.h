// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/RunbookSession.h"

namespace binnacle::operations {

/// One rotation from its beginning to an end that can be left: done, or put back. What fails or is cancelled is put
/// back at once; only without a connection it stays as it is, to be resumed or taken back later. Runs once.
class RotationRun : public QObject
{
    Q_OBJECT

public:
    enum class End {
        Running,
        Done,      ///< the new value is everywhere
        TakenBack, ///< the old value is, and was proven to work
        Unchanged, ///< it ended before anything was changed
        Open,      ///< neither: it can be resumed or taken back
    };

    /// As RunbookSession's.
    RotationRun(std::shared_ptr<kube::Client> client, const core::Clock &clock, core::Random &random,
                std::filesystem::path journal, cluster::Store *store = nullptr, QObject *parent = nullptr);
    ~RotationRun() override;

    void start(runbook::PlanPointer plan, SecretValues values = {});
    /// Goes on with one that was interrupted.
    void resume(const runbook::Plan &unfinished, SecretValues values = {});
    /// Puts back what one that was interrupted has begun.
    void takeBack(const runbook::Plan &unfinished);
    /// The request under way ends, then all is put back. Nothing while it is being put back.
    void cancel();

    [[nodiscard]] End end() const { return m_end; }
    [[nodiscard]] bool isTakingBack() const { return m_takingBack; }
    /// What runs now, or ran last; null before the beginning.
    [[nodiscard]] const RunbookSession *session() const { return m_session.get(); }
    /// Why it did not end as Done.
    [[nodiscard]] const std::optional<core::Error> &error() const { return m_error; }

signals:
    void changed();
    void finished();

private:
    RunbookSession &newSession();
    void sessionFinished();
    void finish(End end);
    [[nodiscard]] core::Result<runbook::Plan> revertPlan(const runbook::Plan &rotation) const;

    std::shared_ptr<kube::Client> m_client;
    const core::Clock &m_clock;
    core::Random &m_random;
    std::filesystem::path m_journal;
    cluster::Store *m_store;
    runbook::Target m_target;
    std::unique_ptr<RunbookSession> m_session;
    std::optional<core::Error> m_error;
    End m_end = End::Running;
    bool m_takingBack = false;
    bool m_nothingBegun = false; ///< the taking back had nothing to put back
};

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "core/Random.h"
#include "kube/Client.h"
#include "operations/SecretValues.h"
#include "runbook/Runner.h"

namespace binnacle::operations {

/// The keys that the operator must be asked for: those that the stack prompts for and the cluster does not hold yet.
[[nodiscard]] QFuture<core::Result<std::vector<SecretPrompt>>>
missingSecrets(std::shared_ptr<kube::Client> client, runbook::PlanPointer plan, core::CancellationToken token = {});

/// Runs a plan against a cluster: takes the lock, opens the journal, watches what the gates need, and runs. One session
/// runs one runbook. Everything happens in the session's thread and nothing blocks it.
class RunbookSession : public QObject
{
    Q_OBJECT

public:
    /// An empty path is the default journal. `store`: one that somebody keeps filled with the plan's kinds and
    /// namespaces; without one the session observes the cluster itself.
    RunbookSession(std::shared_ptr<kube::Client> client, const core::Clock &clock, core::Random &random,
                   std::filesystem::path journal = {}, cluster::Store *store = nullptr, QObject *parent = nullptr);
    ~RunbookSession() override;

    void start(runbook::PlanPointer plan, SecretValues secrets = {});
    /// Continues an interrupted runbook as it was planned then. `rendered` gives back the data of Secret objects in the
    /// manifests, which the journal does not keep; empty where the stack has none. Empty id: the newest unfinished one.
    void resume(const runbook::Target &target, const std::string &stack, const std::string &runbook,
                const std::vector<core::Json> &rendered, SecretValues secrets = {});
    void cancel();

    /// nullptr before start() got as far as having a plan to run.
    [[nodiscard]] const runbook::RunState *state() const;
    [[nodiscard]] std::vector<runbook::Hold> holds() const;
    /// The design's `deploy -o json`.
    [[nodiscard]] core::Json report() const;
    /// Why nothing could be run (journal, lock, discovery), or why the run did not end as Done.
    [[nodiscard]] std::optional<core::Error> error() const;

signals:
    void stateChanged();
    /// Always once, also when nothing could be run.
    void finished();

private:
    void prepareRunner(runbook::PlanPointer plan, SecretValues secrets);
    void refuse(const core::Error &error);

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::operations

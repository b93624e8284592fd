// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/CurlMulti.h"
#include "kube/CurlTransfer.h"
#include "kube/WorkerMailbox.h"

#include <QPromise>

#include <unordered_map>
#include <unordered_set>

namespace binnacle::kube {

/// Where a call's outcome goes: a promise or a stream's consumer. Told exactly once, at the latest when it dies.
class CallOutcome
{
public:
    explicit CallOutcome(QPromise<core::Result<HttpResponse>> promise);
    explicit CallOutcome(std::shared_ptr<StreamConsumer> consumer);
    ~CallOutcome();
    CallOutcome(const CallOutcome &) = delete;
    CallOutcome &operator=(const CallOutcome &) = delete;

    [[nodiscard]] StreamConsumer *consumer() const { return m_consumer.get(); }
    void finish(core::Result<HttpResponse> result);

private:
    std::optional<QPromise<core::Result<HttpResponse>>> m_promise;
    std::shared_ptr<StreamConsumer> m_consumer;
    bool m_finished = false;
};

/// Lives in the transport's thread and carries its calls through: credential, attempts, deadline, cancellation.
class TransportWorker : public QObject
{
    Q_OBJECT

public:
    TransportWorker(Endpoint endpoint, std::unique_ptr<CredentialSource> source,
                    std::shared_ptr<WorkerMailbox> mailbox);
    ~TransportWorker() override;

    void start(HttpRequest request, std::shared_ptr<CallOutcome> outcome, const core::CancellationToken &token);
    /// What this transport authenticates with, for streams that share it.
    [[nodiscard]] CredentialSource &credentials() { return *m_source; }

private:
    struct Call;
    using CallPointer = std::shared_ptr<Call>;

    void authenticate(const CallPointer &call);
    void attempt(const CallPointer &call, const CredentialPointer &credential);
    void attemptDone(const CallPointer &call, CURLcode code);
    [[nodiscard]] core::Result<HttpResponse> outcomeOf(Call &call, CURLcode code, Reached &reached);
    [[nodiscard]] bool retry(const CallPointer &call, const core::Error &error, Reached reached);
    void noteWarnings(const std::vector<std::pair<std::string, std::string>> &headers);
    void explainUnauthorized(core::Error &error) const;
    void armTimer(const CallPointer &call);
    void timeUp(const CallPointer &call);
    void finish(const CallPointer &call, core::Result<HttpResponse> result);
    [[nodiscard]] core::Error cancelled(const Call &call) const;

    Endpoint m_endpoint;
    std::string m_server;
    std::unique_ptr<CredentialSource> m_source;
    std::shared_ptr<WorkerMailbox> m_mailbox;
    core::SystemRandom m_random;
    std::unordered_set<std::string> m_warnings; ///< that were told
    CurlMulti m_calls;
    CurlMulti m_streams;
    std::unordered_map<Call *, CallPointer> m_running;
};

} // namespace binnacle::kube

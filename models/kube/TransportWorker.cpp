// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/TransportWorker.h"

#include "core/Futures.h"
#include "kube/ApiWarnings.h"
#include "kube/ServerUrl.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace binnacle::kube {

namespace {

using core::Error;
using core::ErrorKind;
using SteadyClock = std::chrono::steady_clock;

constexpr long mostConnectionsForCalls = 8;     ///< HTTP/1.1 servers; HTTP/2 needs one
constexpr long mostConnectionsForStreams = 256; ///< one a watch on HTTP/1.1
constexpr int longestTimer = 86'400'000;

int timerInterval(SteadyClock::duration duration)
{
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return static_cast<int>(std::clamp<long long>(milliseconds, 1, longestTimer));
}

} // namespace

CallOutcome::CallOutcome(QPromise<core::Result<HttpResponse>> promise) : m_promise(std::move(promise))
{
    m_promise->start();
}

CallOutcome::CallOutcome(std::shared_ptr<StreamConsumer> consumer) : m_consumer(std::move(consumer)) {}

CallOutcome::~CallOutcome()
{
    finish(core::fail(ErrorKind::Cancelled, "the connection was closed"));
}

void CallOutcome::finish(core::Result<HttpResponse> result)
{
    if (m_finished)
        return;
    m_finished = true;
    if (m_consumer) {
        m_consumer->finished(result ? core::Result<void>() : core::fail(std::move(result.error())));
        return;
    }
    core::finish(*m_promise, std::move(result));
}

struct TransportWorker::Call
{
    HttpRequest request;
    std::shared_ptr<CallOutcome> outcome;
    std::shared_ptr<void> cancellation; ///< takes the callback back when the call ends
    std::unique_ptr<CurlTransfer> transfer;
    QTimer timer;    ///< the deadline; for streams the idle limit
    QTimer retrying; ///< the wait before the next attempt
    SteadyClock::time_point deadline{};
    bool hasDeadline = false;
    bool renewed = false; ///< a 401 has already led to another credential
    int attempts = 0;
    std::optional<Error> lastError; ///< of the attempt before: tells more than "time is up"

    [[nodiscard]] bool isStream() const { return outcome->consumer() != nullptr; }
};

TransportWorker::TransportWorker(Endpoint endpoint, std::unique_ptr<CredentialSource> source,
                                 std::shared_ptr<WorkerMailbox> mailbox)
    : m_endpoint(std::move(endpoint)),
      m_server(ServerUrl::parse(m_endpoint.cluster->server).display()),
      m_source(std::move(source)),
      m_mailbox(std::move(mailbox)),
      m_calls(mostConnectionsForCalls),
      m_streams(mostConnectionsForStreams)
{
    m_mailbox->open(this);
}

TransportWorker::~TransportWorker()
{
    m_mailbox->close();
    const auto running = std::move(m_running);
    m_running.clear();
    for (const auto &[key, call] : running)
        finish(call, core::fail(cancelled(*call)));
}

void TransportWorker::start(HttpRequest request, std::shared_ptr<CallOutcome> outcome,
                            const core::CancellationToken &token)
{
    auto call = std::make_shared<Call>();
    call->request = std::move(request);
    call->outcome = std::move(outcome);
    m_running.emplace(call.get(), call);
    call->timer.setSingleShot(true);
    call->retrying.setSingleShot(true);
    call->retrying.setTimerType(Qt::PreciseTimer); // a coarse one may come before Retry-After is over
    connect(&call->timer, &QTimer::timeout, this, [this, weak = std::weak_ptr(call)] {
        if (const auto alive = weak.lock())
            timeUp(alive);
    });
    connect(&call->retrying, &QTimer::timeout, this, [this, weak = std::weak_ptr(call)] {
        if (const auto alive = weak.lock())
            authenticate(alive);
    });
    call->cancellation = token.onCancelled([this, weak = std::weak_ptr(call), mailbox = m_mailbox] {
        mailbox->post([this, weak] {
            if (const auto alive = weak.lock())
                finish(alive, core::fail(cancelled(*alive)));
        });
    });
    authenticate(call);
}

Error TransportWorker::cancelled(const Call &call) const
{
    auto error = core::makeError(ErrorKind::Cancelled, "cancelled");
    error.request = describe(call.request);
    return error;
}

void TransportWorker::authenticate(const CallPointer &call)
{
    m_source->obtain([this, weak = std::weak_ptr(call)](core::Result<CredentialPointer> credential) {
        const auto alive = weak.lock();
        if (!alive || m_running.count(alive.get()) == 0)
            return;
        if (!credential) {
            credential.error().request = describe(alive->request);
            finish(alive, core::fail(std::move(credential.error())));
            return;
        }
        attempt(alive, *credential);
    });
}

void TransportWorker::attempt(const CallPointer &call, const CredentialPointer &credential)
{
    ++call->attempts;
    CurlTransfer::StreamHooks hooks;
    if (auto *consumer = call->outcome->consumer()) {
        hooks.started = [this, consumer](int status, const auto &headers) {
            noteWarnings(headers); // a watch goes on for minutes
            return consumer->started(status, headers);
        };
        hooks.received = [consumer](std::string_view bytes) { return consumer->received(bytes); };
        hooks.alive = [raw = call.get()] { raw->deadline = SteadyClock::now() + raw->request.timeout; };
    }
    call->transfer = std::make_unique<CurlTransfer>(m_endpoint, call->request, credential, std::move(hooks));
    // The time that a credential plug-in took, perhaps with a person at its prompt, does not count.
    if (!call->hasDeadline || call->isStream())
        armTimer(call);
    auto &multi = call->isStream() ? m_streams : m_calls;
    multi.add(call->transfer->handle(), [this, call](CURLcode code) { attemptDone(call, code); });
}

void TransportWorker::armTimer(const CallPointer &call)
{
    call->hasDeadline = true;
    call->deadline = SteadyClock::now() + call->request.timeout;
    call->timer.start(timerInterval(call->request.timeout));
}

void TransportWorker::timeUp(const CallPointer &call)
{
    const auto left = call->deadline - SteadyClock::now();
    if (left > SteadyClock::duration::zero()) { // bytes came meanwhile
        call->timer.start(timerInterval(left));
        return;
    }
    if (call->lastError) {
        finish(call, core::fail(std::move(*call->lastError)));
        return;
    }
    const auto seconds = std::chrono::duration<double>(call->request.timeout).count();
    auto text = std::to_string(seconds);
    text.resize(text.find('.') + 2);
    auto error = core::makeError(ErrorKind::Timeout, "no answer from " + m_server + " within " + text + " s",
                                 "check the network and the server's load, then try again or allow more time");
    error.request = describe(call->request);
    finish(call, core::fail(std::move(error)));
}

void TransportWorker::attemptDone(const CallPointer &call, CURLcode code)
{
    Reached reached = Reached::Answered;
    noteWarnings(call->transfer->response().headers);
    auto result = outcomeOf(*call, code, reached);
    spdlog::debug("{} {}: {} (attempt {})", m_server, describe(call->request),
                  result ? "ok" : core::toString(result.error().kind), call->attempts);
    if (!result && result.error().kind == ErrorKind::Unauthorized) {
        if (!call->renewed && m_source->refused(call->transfer->credential())) {
            call->renewed = true;
            authenticate(call);
            return;
        }
        explainUnauthorized(result.error());
    }
    if (!result && !call->transfer->started() && retry(call, result.error(), reached))
        return;
    finish(call, std::move(result));
}

core::Result<HttpResponse> TransportWorker::outcomeOf(Call &call, CURLcode code, Reached &reached)
{
    auto &transfer = *call.transfer;
    if (code == CURLE_OK) {
        transfer.finishHeaders();
        if (transfer.stoppedByConsumer())
            return core::fail(cancelled(call));
        if (transfer.response().status < 200 || transfer.response().status >= 300)
            return core::fail(errorFromResponse(call.request, transfer.response()));
        return std::move(transfer.response());
    }
    if (transfer.stoppedByConsumer())
        return core::fail(cancelled(call));
    auto failure = transfer.failure(code);
    if (const auto &proxy = m_endpoint.cluster->proxyUrl; !proxy.empty())
        failure.proxy = ServerUrl::parse(proxy).authority(); // without a user's name and password
    reached = reachedBy(failure);
    return core::fail(errorFromCurl(failure, m_server, call.request));
}

void TransportWorker::noteWarnings(const std::vector<std::pair<std::string, std::string>> &headers)
{
    constexpr std::size_t mostKept = 1000; // a server that makes up ever new ones
    for (auto &warning : apiWarnings(headers)) {
        if (m_warnings.size() >= mostKept || !m_warnings.insert(warning).second)
            continue;
        spdlog::warn("{} warns: {}", m_server, warning);
        if (m_endpoint.warned)
            m_endpoint.warned(warning);
    }
}

void TransportWorker::explainUnauthorized(Error &error) const
{
    error.message = m_server + " does not accept " + m_source->describe() +
                    (error.message.empty() || error.message == "Unauthorized" ? "" : ": " + error.message);
    error.next = m_source->advice();
}

bool TransportWorker::retry(const CallPointer &call, const Error &error, Reached reached)
{
    const auto delay = retryDelay({call->attempts, call->request.method, reached, error}, m_random);
    if (!delay)
        return false;
    // A stream that was never accepted still has its limit for the headers.
    if (SteadyClock::now() + *delay >= call->deadline)
        return false;
    call->lastError = error;
    call->transfer.reset();
    call->retrying.start(timerInterval(*delay));
    return true;
}

void TransportWorker::finish(const CallPointer &call, core::Result<HttpResponse> result)
{
    m_running.erase(call.get());
    call->cancellation.reset();
    call->timer.stop();
    call->retrying.stop();
    if (call->transfer) {
        auto &multi = call->isStream() ? m_streams : m_calls;
        multi.remove(call->transfer->handle());
        call->transfer.reset();
    }
    call->outcome->finish(std::move(result));
}

} // namespace binnacle::kube

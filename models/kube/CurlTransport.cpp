// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/CurlTransport.h"

#include "kube/ServerUrl.h"
#include "kube/StreamWorker.h"
#include "kube/TransportWorker.h"

#include <QThread>

#include <csignal>
#include <future>
#include <mutex>
#include <thread>

namespace binnacle::kube {

namespace {

void initialiseOnce()
{
    static std::once_flag flag;
    std::call_once(flag, [] {
        curl_global_init(CURL_GLOBAL_DEFAULT);
#ifdef SIGPIPE
        // A peer that hangs up must be an error of that connection, not the end of the program; Qt does the same.
        std::signal(SIGPIPE, SIG_IGN);
#endif
    });
}

/// A thread whose event loop serves one worker, made and destroyed in it.
template <typename Worker>
class WorkerThread final : public QThread
{
public:
    using Make = std::function<std::unique_ptr<Worker>()>;

    WorkerThread(const QString &name, Make make) : m_make(std::move(make)) { setObjectName(name); }

    Worker *startAndWait()
    {
        auto ready = m_ready.get_future();
        start();
        return ready.get();
    }

protected:
    void run() override
    {
        const std::unique_ptr<Worker> worker = m_make();
        m_make = {};
        m_ready.set_value(worker.get());
        exec();
    }

private:
    Make m_make;
    std::promise<Worker *> m_ready;
};

void endThread(std::unique_ptr<QThread> thread)
{
    thread->quit();
    if (QThread::currentThread() != thread.get()) {
        thread->wait();
        return;
    }
    // The last reference died in a continuation: a thread cannot wait for itself.
    std::thread([thread = std::move(thread)] { thread->wait(); }).detach();
}

} // namespace

CurlTransport::CurlTransport(Endpoint endpoint, std::unique_ptr<CredentialSource> source)
    : m_endpoint(std::move(endpoint)),
      m_server(ServerUrl::parse(m_endpoint.cluster->server).display()),
      m_mailbox(std::make_shared<WorkerMailbox>())
{
    initialiseOnce();
    // std::function copies: the source travels in a shared box.
    auto box = std::make_shared<std::unique_ptr<CredentialSource>>(std::move(source));
    auto thread = std::make_unique<WorkerThread<TransportWorker>>(
        QStringLiteral("kube-transport"), [endpoint = m_endpoint, box, mailbox = m_mailbox] {
            return std::make_unique<TransportWorker>(endpoint, std::move(*box), mailbox);
        });
    m_worker = thread->startAndWait();
    m_thread = std::move(thread);
}

CurlTransport::~CurlTransport()
{
    if (m_streamThread)
        endThread(std::move(m_streamThread));
    endThread(std::move(m_thread));
}

StreamWorker *CurlTransport::streamWorker()
{
    const std::scoped_lock lock(m_streamMutex);
    if (m_streamWorker != nullptr)
        return m_streamWorker;
    m_streamMailbox = std::make_shared<WorkerMailbox>();
    const auto obtain = [mailbox = m_mailbox, worker = m_worker](CredentialSource::Callback callback) {
        mailbox->post(
            [worker, callback = std::move(callback)]() mutable { worker->credentials().obtain(std::move(callback)); });
    };
    const auto refuse = [mailbox = m_mailbox, worker = m_worker](CredentialPointer credential,
                                                                 std::function<void(bool)> answer) {
        mailbox->post([worker, credential = std::move(credential), answer = std::move(answer)] {
            answer(worker->credentials().refused(credential));
        });
    };
    auto thread = std::make_unique<WorkerThread<StreamWorker>>(
        QStringLiteral("kube-streams"), [endpoint = m_endpoint, obtain, refuse, mailbox = m_streamMailbox] {
            return std::make_unique<StreamWorker>(endpoint, obtain, refuse, mailbox);
        });
    m_streamWorker = thread->startAndWait();
    m_streamThread = std::move(thread);
    return m_streamWorker;
}

void CurlTransport::open(HttpRequest request, StreamOffer offer, std::shared_ptr<StreamListener> listener,
                         core::CancellationToken token)
{
    auto *const worker = streamWorker();
    m_streamMailbox->post(
        [worker, stream = StreamWorker::Request{std::move(request), std::move(offer), std::move(listener),
                                                std::move(token)}]() mutable { worker->open(std::move(stream)); });
}

QFuture<core::Result<HttpResponse>> CurlTransport::send(HttpRequest request, core::CancellationToken token)
{
    QPromise<core::Result<HttpResponse>> promise;
    auto future = promise.future();
    auto outcome = std::make_shared<CallOutcome>(std::move(promise));
    m_mailbox->post(
        [worker = m_worker, request = std::move(request), outcome = std::move(outcome),
         token = std::move(token)]() mutable { worker->start(std::move(request), std::move(outcome), token); });
    return future;
}

void CurlTransport::stream(HttpRequest request, std::shared_ptr<StreamConsumer> consumer, core::CancellationToken token)
{
    auto outcome = std::make_shared<CallOutcome>(std::move(consumer));
    m_mailbox->post(
        [worker = m_worker, request = std::move(request), outcome = std::move(outcome),
         token = std::move(token)]() mutable { worker->start(std::move(request), std::move(outcome), token); });
}

} // namespace binnacle::kube

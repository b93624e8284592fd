// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/CurlTransport.h"

#include "kube/ServerUrl.h"
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

class TransportThread final : public QThread
{
public:
    TransportThread(Endpoint endpoint, std::unique_ptr<CredentialSource> source, std::shared_ptr<WorkerMailbox> mailbox)
        : m_endpoint(std::move(endpoint)), m_source(std::move(source)), m_mailbox(std::move(mailbox))
    {
        setObjectName(QStringLiteral("kube-transport"));
    }

    void startAndWait()
    {
        start();
        m_ready.get_future().wait();
    }

    TransportWorker *worker() const { return m_worker; }

protected:
    void run() override
    {
        TransportWorker worker(std::move(m_endpoint), std::move(m_source), std::move(m_mailbox));
        m_worker = &worker;
        m_ready.set_value();
        exec();
    }

private:
    Endpoint m_endpoint;
    std::unique_ptr<CredentialSource> m_source;
    std::shared_ptr<WorkerMailbox> m_mailbox;
    TransportWorker *m_worker = nullptr;
    std::promise<void> m_ready;
};

} // namespace

CurlTransport::CurlTransport(Endpoint endpoint, std::unique_ptr<CredentialSource> source)
    : m_server(ServerUrl::parse(endpoint.cluster->server).display()), m_mailbox(std::make_shared<WorkerMailbox>())
{
    initialiseOnce();
    auto thread = std::make_unique<TransportThread>(std::move(endpoint), std::move(source), m_mailbox);
    thread->startAndWait();
    m_worker = thread->worker();
    m_thread = std::move(thread);
}

CurlTransport::~CurlTransport()
{
    m_thread->quit();
    if (QThread::currentThread() != m_thread.get()) {
        m_thread->wait();
        return;
    }
    // The last reference died in a continuation: a thread cannot wait for itself.
    std::thread([thread = std::move(m_thread)] { thread->wait(); }).detach();
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

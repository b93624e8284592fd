// SPDX-License-Identifier: GPL-3.0-or-later
#include "ObjectWatch.h"

#include <QEventLoop>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <mutex>

namespace binnacle::ctl {

namespace {

constexpr int watchSeconds = 300;
constexpr auto pauseBetweenTries = std::chrono::seconds(1);
constexpr int triesWithoutAnswer = 5;

/// Collects complete lines in the transport's thread, and wakes the main thread's loop.
class LineCollector : public kube::StreamConsumer
{
public:
    explicit LineCollector(std::function<void()> wake) : m_wake(std::move(wake)) {}

    bool started(int status, const std::vector<std::pair<std::string, std::string>> &) override
    {
        const std::lock_guard lock(m_mutex);
        m_status = status;
        return true;
    }
    bool received(std::string_view bytes) override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_partial += bytes;
            std::size_t start = 0;
            for (auto end = m_partial.find('\n'); end != std::string::npos; end = m_partial.find('\n', start)) {
                m_lines.push_back(m_partial.substr(start, end - start));
                start = end + 1;
            }
            m_partial.erase(0, start);
        }
        m_wake();
        return true;
    }
    void finished(core::Result<void> result) override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_result = std::move(result);
        }
        m_wake();
    }

    [[nodiscard]] std::vector<std::string> takeLines()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_lines, {});
    }
    [[nodiscard]] std::optional<core::Result<void>> result()
    {
        const std::lock_guard lock(m_mutex);
        return m_result;
    }

private:
    std::mutex m_mutex;
    std::function<void()> m_wake;
    std::string m_partial;
    std::vector<std::string> m_lines;
    std::optional<core::Result<void>> m_result;
    int m_status = 0;
};

[[nodiscard]] bool mayPass(const core::Error &error)
{
    return error.kind == core::ErrorKind::Unreachable || error.kind == core::ErrorKind::Timeout ||
           error.kind == core::ErrorKind::Server || error.kind == core::ErrorKind::TooManyRequests;
}

} // namespace

ObjectWatch::ObjectWatch(const Environment &environment, const ClusterSession &session, kube::HttpRequest request,
                         std::string resourceVersion)
    : m_environment(environment),
      m_session(session),
      m_request(std::move(request)),
      m_resourceVersion(std::move(resourceVersion))
{
    m_request.query.emplace_back("watch", "true");
    m_request.query.emplace_back("allowWatchBookmarks", "true");
    m_request.query.emplace_back("timeoutSeconds", std::to_string(watchSeconds));
    m_request.timeout = std::chrono::seconds(watchSeconds + 15);
}

core::Result<void> ObjectWatch::run(const std::function<bool(const core::Json &)> &onEvent)
{
    int failures = 0;
    while (!m_environment.interrupt.isInterrupted()) {
        auto turn = follow(onEvent);
        if (turn && *turn == Turn::Stop)
            return {};
        if (!turn && turn.error().kind == core::ErrorKind::Cancelled)
            break;
        if (!turn && (!mayPass(turn.error()) || ++failures >= triesWithoutAnswer))
            return core::fail(std::move(turn.error()));
        if (turn)
            failures = 0;
        else
            m_environment.console.message("warning: the watch broke off, trying again: " + turn.error().describe());
        QEventLoop pause;
        QTimer::singleShot(pauseBetweenTries, &pause, &QEventLoop::quit);
        QObject::connect(&m_environment.interrupt, &Interrupt::interrupted, &pause, &QEventLoop::quit);
        pause.exec();
    }
    return core::fail(core::ErrorKind::Cancelled, "the watch was stopped");
}

core::Result<ObjectWatch::Turn> ObjectWatch::follow(const std::function<bool(const core::Json &)> &onEvent)
{
    auto request = m_request;
    if (!m_resourceVersion.empty())
        request.query.emplace_back("resourceVersion", m_resourceVersion);
    // Shared, because the transport's thread may still wake it while this function returns.
    const auto loop = std::make_shared<QEventLoop>();
    core::CancellationSource stop;
    const auto onInterrupt = m_environment.interrupt.token().onCancelled([&stop] { stop.cancel(); });
    const auto collector = std::make_shared<LineCollector>(
        [loop] { QMetaObject::invokeMethod(loop.get(), &QEventLoop::quit, Qt::QueuedConnection); });
    m_session.client->transport().stream(std::move(request), collector, stop.token());

    std::optional<core::Result<Turn>> outcome;
    for (;;) {
        const auto ended = collector->result();
        for (const auto &line : collector->takeLines()) {
            const auto event = core::Json::parse(line, nullptr, false);
            if (outcome || !event.is_object())
                continue;
            auto turn = handle(event, onEvent);
            if (!turn || *turn == Turn::Stop) {
                outcome = std::move(turn);
                stop.cancel();
            }
        }
        if (ended) {
            if (outcome)
                return *outcome;
            if (!*ended)
                return core::fail(ended->error());
            return Turn::Again;
        }
        loop->exec();
    }
}

core::Result<ObjectWatch::Turn> ObjectWatch::handle(const core::Json &event,
                                                    const std::function<bool(const core::Json &)> &onEvent)
{
    const std::string type = event.value("type", "");
    if (type == "ERROR") {
        kube::HttpResponse status;
        status.status = event.value("/object/code"_json_pointer, 500);
        status.body = event.value("object", core::Json::object()).dump();
        auto error = kube::errorFromResponse(m_request, status);
        if (error.kind != core::ErrorKind::Expired)
            return core::fail(std::move(error));
        // The server forgot that version: from now on is the best that can be had without repeating everything.
        m_environment.console.message(
            "warning: the server no longer keeps what happened meanwhile; changes were missed");
        m_resourceVersion.clear();
        return Turn::Again;
    }
    // Tables carry the version in their rows' objects.
    auto version = event.value("/object/metadata/resourceVersion"_json_pointer, "");
    if (const auto inRow = event.value("/object/rows/0/object/metadata/resourceVersion"_json_pointer, "");
        !inRow.empty())
        version = inRow;
    if (!version.empty())
        m_resourceVersion = version;
    if (type == "BOOKMARK")
        return Turn::Again;
    return onEvent(event) ? Turn::Again : Turn::Stop;
}

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/PodExec.h"

#include "core/Futures.h"
#include "core/Json.h"
#include "kube/SpdyExec.h"
#include "kube/StreamTransport.h"

#include <QPromise>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

/// Channels of *.channel.k8s.io (k8s.io/apimachinery/pkg/util/remotecommand).
constexpr char inputChannel = 0;
constexpr char outputChannel = 1;
constexpr char errorOutputChannel = 2;
constexpr char statusChannel = 3;
constexpr char resizeChannel = 4;
constexpr char closeChannel = static_cast<char>(255);
constexpr const char *protocol5 = "v5.channel.k8s.io";
constexpr const char *protocol4 = "v4.channel.k8s.io";

HttpRequest requestOf(const PodStreamRequest &request)
{
    HttpRequest http;
    const bool exec = request.kind == PodStreamKind::Exec;
    http.path = "/api/v1/namespaces/" + percentEncode(request.nameSpace.value()) + "/pods/" +
                percentEncode(request.pod) + (exec ? "/exec" : "/attach");
    if (exec) {
        for (const auto &argument : request.command)
            http.query.emplace_back("command", argument);
    }
    if (!request.container.empty())
        http.query.emplace_back("container", request.container);
    http.query.emplace_back("stdin", request.input ? "true" : "false");
    http.query.emplace_back("stdout", "true");
    http.query.emplace_back("stderr", request.terminal ? "false" : "true");
    http.query.emplace_back("tty", request.terminal ? "true" : "false");
    return http;
}

core::Result<int> exitStatusOf(const core::Json &status)
{
    if (status.value("status", "") == "Success")
        return 0;
    const auto message = status.value("message", std::string("the command could not be run"));
    if (status.value("reason", "") == "NonZeroExitCode") {
        for (const auto &cause : status.value(core::Json::json_pointer("/details/causes"), core::Json::array())) {
            const auto text = cause.value("message", std::string());
            int code = 0;
            const auto parsed = std::from_chars(text.data(), text.data() + text.size(), code);
            if (cause.value("reason", "") == "ExitCode" && parsed.ec == std::errc())
                return code;
        }
    }
    return core::fail(ErrorKind::Server, message);
}

core::Result<int> parseStatus(std::string_view text)
{
    const auto status = core::Json::parse(text, nullptr, false);
    if (!status.is_object())
        return core::fail(ErrorKind::Protocol, "the server's word on how the command ended cannot be read");
    try {
        return exitStatusOf(status);
    } catch (const core::Json::exception &) {
        return core::fail(ErrorKind::Protocol, "the server's word on how the command ended is malformed");
    }
}

class ChannelStream final : public PodStream
{
public:
    ChannelStream(std::shared_ptr<MessageStream> stream, bool canCloseInput)
        : m_stream(std::move(stream)), m_canCloseInput(canCloseInput)
    {
    }

    void write(std::string bytes) override
    {
        std::string message;
        message.reserve(bytes.size() + 1);
        message += inputChannel;
        message += bytes;
        core::wipe(bytes);
        m_stream->send(std::move(message));
    }
    bool closeInput() override
    {
        if (m_canCloseInput)
            m_stream->send({closeChannel, inputChannel});
        return m_canCloseInput;
    }
    void resize(int columns, int rows) override
    {
        const core::Json size = {{"Width", columns}, {"Height", rows}};
        m_stream->send(resizeChannel + size.dump());
    }
    std::size_t queuedBytes() const override { return m_stream->queuedBytes(); }
    void setReading(bool reading) override { m_stream->setReading(reading); }
    void close() override { m_stream->close(); }

private:
    std::shared_ptr<MessageStream> m_stream;
    bool m_canCloseInput;
};

class ChannelListener final : public StreamListener
{
public:
    ChannelListener(std::shared_ptr<PodStreamListener> listener, std::string object)
        : m_listener(std::move(listener)), m_object(std::move(object))
    {
    }

    void opened(const std::shared_ptr<MessageStream> &stream, const std::string &protocol) override
    {
        m_listener->started(std::make_shared<ChannelStream>(stream, protocol == protocol5));
    }
    void received(std::string_view message) override
    {
        if (message.size() < 2)
            return; // each channel begins with an empty message
        const auto bytes = message.substr(1);
        if (message.front() == outputChannel)
            m_listener->output(PodOutput::Output, bytes);
        else if (message.front() == errorOutputChannel)
            m_listener->output(PodOutput::Error, bytes);
        else if (message.front() == statusChannel)
            m_status.append(bytes);
    }
    void drained() override { m_listener->drained(); }
    void closed(core::Result<void> result) override
    {
        m_listener->finished(podStreamOutcome(m_status, std::move(result), m_object));
    }

private:
    std::shared_ptr<PodStreamListener> m_listener;
    std::string m_object;
    std::string m_status;
};

constexpr std::size_t mostCollected = 1U << 20;

/// Feeds the input, collects what comes back.
class Collector final : public PodStreamListener
{
public:
    Collector(core::SecretString input, QPromise<core::Result<PodCommandResult>> promise)
        : m_input(std::move(input)), m_promise(std::move(promise))
    {
        m_promise.start();
    }
    ~Collector() override
    {
        if (!m_finished)
            finish(core::fail(ErrorKind::Cancelled, "the connection was closed"));
    }

    void started(const std::shared_ptr<PodStream> &stream) override
    {
        if (m_input.isEmpty())
            return;
        stream->write(std::string(m_input.reveal()));
        stream->closeInput();
    }
    void output(PodOutput from, std::string_view bytes) override
    {
        auto &text = from == PodOutput::Output ? m_result.output : m_result.errorOutput;
        text.append(bytes.substr(0, mostCollected - text.size()));
    }
    void drained() override {}
    void finished(core::Result<int> exitStatus) override
    {
        if (!exitStatus) {
            finish(core::fail(std::move(exitStatus.error())));
            return;
        }
        m_result.exitStatus = *exitStatus;
        finish(std::move(m_result));
    }

private:
    void finish(core::Result<PodCommandResult> result)
    {
        m_finished = true;
        core::finish(m_promise, std::move(result));
    }

    core::SecretString m_input;
    QPromise<core::Result<PodCommandResult>> m_promise;
    PodCommandResult m_result;
    bool m_finished = false;
};

} // namespace

core::Result<int> podStreamOutcome(const std::string &status, core::Result<void> result, const std::string &object)
{
    core::Result<int> exit;
    if (!status.empty())
        exit = parseStatus(status);
    else if (!result)
        exit = core::fail(std::move(result.error()));
    else
        exit = core::fail(ErrorKind::Unreachable, "the stream ended before the server said how the command did",
                          "look whether the pod still runs, then try again");
    if (!exit && exit.error().object.empty())
        exit.error().object = object;
    return exit;
}

void startPodStream(Transport &transport, const PodStreamRequest &request, std::shared_ptr<PodStreamListener> listener,
                    core::CancellationToken token)
{
    auto object = "Pod " + request.nameSpace.value() + "/" + request.pod;
    auto *const streams = transport.streams();
    if (streams == nullptr) {
        listener->finished(core::fail(ErrorKind::Unsupported, "this connection carries no streams"));
        return;
    }
    const auto http = requestOf(request);
    const auto overWebSocket = [streams, http, object, token](std::shared_ptr<PodStreamListener> told) {
        // Servers before 1.30 answer an offer of v5 alone with 403; of several they pick one that they know.
        streams->open(http, {{protocol5, protocol4}}, std::make_shared<ChannelListener>(std::move(told), object),
                      token);
    };
    streams->open(http, {{protocol4}, StreamUpgrade::Spdy},
                  std::make_shared<SpdyExec>(request, std::move(listener), object, overWebSocket), token);
}

QFuture<core::Result<PodCommandResult>> runInPod(Transport &transport, PodStreamRequest request,
                                                 core::SecretString input, core::CancellationToken token)
{
    QPromise<core::Result<PodCommandResult>> promise;
    auto future = promise.future();
    request.input = !input.isEmpty();
    startPodStream(transport, request, std::make_shared<Collector>(std::move(input), std::move(promise)),
                   std::move(token));
    return future;
}

} // namespace binnacle::kube

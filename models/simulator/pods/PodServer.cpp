// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/PodServer.h"

#include "simulator/PodHttp.h"
#include "simulator/Text.h"
#include "simulator/pods/Container.h"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace binnacle::simulator {

using core::Json;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr int redisPort = 6379;
constexpr int postgresPort = 5432;

struct ImagePort
{
    const char *image;
    int port;
};
/// Where programs listen that need not be told, whatever their pods declare.
constexpr std::array<ImagePort, 4> imagePorts{
    {{"nginx", 80}, {"postgres", postgresPort}, {"redis", redisPort}, {"prometheus", 9090}}};

bool isOfImage(const Json &container, const std::string &name)
{
    const auto image = textAt(container, {"image"});
    const auto base = image.substr(image.rfind('/') + 1);
    return base.substr(0, base.find_first_of(":@")) == name;
}

/// The container that listens on the port; null: none.
const Json *listenerOn(const Json &pod, int port)
{
    for (const Json &container : at(pod, {"spec", "containers"})) {
        for (const Json &declared : at(container, {"ports"}))
            if (numberAt(declared, {"containerPort"}) == port)
                return &container;
        for (const auto &known : imagePorts)
            if (known.port == port && isOfImage(container, known.image))
                return &container;
    }
    return nullptr;
}

/// PING, and refusals: enough to see that it is a Redis.
class RedisServer final : public PodServer
{
public:
    RedisServer(bool isLocked, PodClient client) : m_isLocked(isLocked), m_client(std::move(client)) {}

    void received(std::string_view bytes) override
    {
        m_input.append(bytes);
        while (const auto word = command()) {
            if (m_isLocked)
                m_client.send("-NOAUTH Authentication required.\r\n");
            else
                m_client.send(*word == "PING" ? "+PONG\r\n" : "-ERR unknown command '" + *word + "'\r\n");
        }
    }

private:
    /// The first word of the next complete command, in capitals: an inline one or an array of strings (RESP).
    std::optional<std::string> command()
    {
        const auto end = m_input.find("\r\n");
        if (end == std::string::npos)
            return std::nullopt;
        std::string word = m_input.substr(0, m_input.find_first_of(" \r"));
        std::size_t taken = end + 2;
        if (m_input.front() == '*') {
            const int parts = std::atoi(m_input.c_str() + 1);
            for (int part = 0; part < parts; ++part) {
                const auto length = m_input.find("\r\n", taken);
                if (length == std::string::npos)
                    return std::nullopt;
                const auto size = static_cast<std::size_t>(std::atoi(m_input.c_str() + taken + 1));
                if (m_input.size() < length + 4 + size)
                    return std::nullopt;
                if (part == 0)
                    word = m_input.substr(length + 2, size);
                taken = length + 4 + size;
            }
        }
        m_input.erase(0, taken);
        std::transform(word.begin(), word.end(), word.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        return word;
    }

    bool m_isLocked;
    PodClient m_client;
    std::string m_input;
};

/// Whether a command line of the container sets a password.
bool requiresPassword(const Json &container)
{
    for (const char *const words : {"command", "args"})
        for (const Json &word : at(container, {words}))
            if (word.is_string() && word.get_ref<const std::string &>().find("requirepass") != std::string::npos)
                return true;
    return false;
}

/// Answers the beginning of a session (PostgreSQL documentation, "Message Flow"): no encryption, then no service.
class PostgresServer final : public PodServer
{
public:
    explicit PostgresServer(PodClient client) : m_client(std::move(client)) {}

    void received(std::string_view bytes) override
    {
        m_input.append(bytes);
        constexpr std::size_t headSize = 8;
        while (m_input.size() >= headSize) {
            const auto size = bigEndian(0);
            const auto code = bigEndian(4);
            if (m_input.size() < size)
                return;
            m_input.erase(0, size);
            constexpr std::uint32_t encryption = 80877103;
            constexpr std::uint32_t gssEncryption = 80877104;
            if (code == encryption || code == gssEncryption) {
                m_client.send("N");
                continue;
            }
            const std::string fields = std::string("SFATAL") + '\0' + "VFATAL" + '\0' + "C0A000" + '\0' +
                                       "MThe demo cluster's PostgreSQL takes commands by exec only" + '\0' + '\0';
            const auto length = static_cast<std::uint32_t>(fields.size() + 4);
            std::string message = "E";
            for (int shift = 24; shift >= 0; shift -= 8)
                message += static_cast<char>(length >> shift & 0xFF);
            m_client.send(message + fields);
            m_client.close();
            return;
        }
    }

private:
    [[nodiscard]] std::uint32_t bigEndian(std::size_t from) const
    {
        std::uint32_t value = 0;
        for (std::size_t at = from; at < from + 4; ++at)
            value = value << 8 | static_cast<std::uint8_t>(m_input[at]);
        return value;
    }

    PodClient m_client;
    std::string m_input;
};

/// HTTP/1.1, one request after the other.
class HttpPodServer final : public PodServer
{
public:
    using Answer = std::function<HttpResponse(const std::string &method, const std::string &target)>;

    HttpPodServer(Answer answer, PodClient client) : m_answer(std::move(answer)), m_client(std::move(client)) {}

    void received(std::string_view bytes) override
    {
        const auto space = m_input.prepare(bytes.size());
        std::copy(bytes.begin(), bytes.end(), static_cast<char *>(space.data()));
        m_input.commit(bytes.size());
        while (m_input.size() > 0) {
            beast::error_code error;
            m_parser->eager(true);
            m_input.consume(m_parser->put(m_input.data(), error));
            if (error == http::error::need_more)
                return;
            if (error) {
                HttpResponse refusal;
                refusal.status = 400;
                refusal.contentType = "text/plain";
                refusal.body = "The request cannot be read.\n";
                respond(refusal, false);
                return;
            }
            if (!m_parser->is_done())
                continue;
            const bool keepAlive = m_parser->get().keep_alive();
            const HttpResponse answer =
                m_answer(std::string(m_parser->get().method_string()), std::string(m_parser->get().target()));
            m_parser.emplace();
            respond(answer, keepAlive);
            if (!keepAlive)
                return;
        }
    }

private:
    void respond(const HttpResponse &answer, bool keepAlive)
    {
        m_client.send("HTTP/1.1 " + std::to_string(answer.status) + " " +
                      std::string(http::obsolete_reason(static_cast<http::status>(answer.status))) +
                      "\r\nContent-Type: " + answer.contentType +
                      "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                      (keepAlive ? "" : "\r\nConnection: close") + "\r\n\r\n" + answer.body);
        if (!keepAlive)
            m_client.close();
    }

    Answer m_answer;
    PodClient m_client;
    beast::flat_buffer m_input;
    std::optional<http::request_parser<http::string_body>> m_parser{std::in_place};
};

} // namespace

std::unique_ptr<PodServer> connectToPod(ClusterState &state, const Json &pod, int port, PodClient client)
{
    const Json *const container = listenerOn(pod, port);
    if (container == nullptr)
        return nullptr;
    if (port == postgresPort && runsPostgres(*container))
        return std::make_unique<PostgresServer>(std::move(client));
    if (port == redisPort && isOfImage(*container, "redis"))
        return std::make_unique<RedisServer>(requiresPassword(*container), std::move(client));
    const auto answer = [&state, pod, port, container = *container](const std::string &method,
                                                                    const std::string &target) {
        HttpRequest request;
        request.method = method;
        parseTarget(target, request);
        // Others say only that they were reached: what is forwarded to them need not be what their probes ask for.
        if (isOfImage(container, "prometheus"))
            if (auto said = podHttpResponse(state, pod, port, request))
                return std::move(*said);
        HttpResponse response;
        response.contentType = "text/plain";
        response.body = textAt(container, {"name"}) + " of the demo cluster answers " + target + "\n";
        return response;
    };
    return std::make_unique<HttpPodServer>(answer, std::move(client));
}

} // namespace binnacle::simulator

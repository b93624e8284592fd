// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/UpgradeHandshake.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <algorithm>
#include <charconv>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

constexpr std::size_t mostHeadBytes = 64U << 10;
constexpr std::size_t mostBodyBytes = 1U << 20;
constexpr std::string_view endOfHead = "\r\n\r\n";

std::string lower(std::string_view text)
{
    std::string result(text);
    for (auto &c : result)
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return result;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

bool endsWith(std::string_view text, std::string_view end)
{
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The body of a chunked answer (RFC 9112 section 7.1), as far as it is well formed.
std::string joinChunks(std::string_view raw)
{
    std::string body;
    while (!raw.empty()) {
        std::size_t size = 0;
        const auto parsed = std::from_chars(raw.data(), raw.data() + raw.size(), size, 16);
        const auto start = raw.find("\r\n");
        if (parsed.ec != std::errc() || size == 0 || start == std::string_view::npos)
            break;
        body.append(raw.substr(start + 2, size));
        raw.remove_prefix(std::min(raw.size(), start + 2 + size + 2));
    }
    return body;
}

auto broken(const std::string &what)
{
    return core::fail(ErrorKind::Protocol, what,
                      "check that no proxy between here and the server drops upgrades of connections");
}

} // namespace

std::string webSocketKey(core::Random &random)
{
    QByteArray bytes;
    for (int count = 0; count < 16; ++count)
        bytes.append(static_cast<char>(random.below(256)));
    return bytes.toBase64().toStdString();
}

std::string webSocketAccept(std::string_view key)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(QByteArray(key.data(), static_cast<qsizetype>(key.size())));
    hash.addData(QByteArrayLiteral("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    return hash.result().toBase64().toStdString();
}

UpgradeHandshake::UpgradeHandshake(Kind kind, std::string key, std::vector<std::string> offered)
    : m_kind(kind), m_key(std::move(key)), m_offered(std::move(offered))
{
}

UpgradeHandshake UpgradeHandshake::webSocket(std::string key, std::vector<std::string> offered)
{
    return {Kind::WebSocket, std::move(key), std::move(offered)};
}

UpgradeHandshake UpgradeHandshake::spdy(std::vector<std::string> offered)
{
    return {Kind::Spdy, {}, std::move(offered)};
}

core::Result<UpgradeHandshake::State> UpgradeHandshake::received(std::string_view bytes)
{
    m_rest.append(bytes);
    if (m_hasHead)
        return takeBody();
    const auto end = m_rest.find(endOfHead);
    if (end == std::string::npos) {
        if (m_rest.size() > mostHeadBytes)
            return broken("the server's answer to the upgrade has no end");
        return State::Reading;
    }
    const auto head = m_rest.substr(0, end);
    m_rest.erase(0, end + endOfHead.size());
    m_hasHead = true;
    return parseHead(head);
}

core::Result<UpgradeHandshake::State> UpgradeHandshake::parseHead(std::string_view head)
{
    const auto lineEnd = std::min(head.find("\r\n"), head.size());
    const auto status = head.substr(0, lineEnd);
    const auto space = status.find(' ');
    if (status.rfind("HTTP/1.", 0) != 0 || space == std::string_view::npos)
        return broken("the server does not speak HTTP/1.1");
    const auto code = status.substr(space + 1, 3);
    std::from_chars(code.data(), code.data() + code.size(), m_response.status);
    for (std::size_t at = lineEnd; at < head.size();) {
        at += 2;
        const auto next = std::min(head.find("\r\n", at), head.size());
        const auto line = head.substr(at, next - at);
        if (const auto colon = line.find(':'); colon != std::string_view::npos)
            m_response.headers.emplace_back(lower(trimmed(line.substr(0, colon))),
                                            std::string(trimmed(line.substr(colon + 1))));
        at = next;
    }
    if (m_response.status == 101)
        return checkUpgrade();
    if (const auto text = headerValue(m_response.headers, "content-length"); !text.empty()) {
        std::size_t length = 0;
        std::from_chars(text.data(), text.data() + text.size(), length);
        m_contentLength = std::min(length, mostBodyBytes);
    }
    return takeBody();
}

core::Result<UpgradeHandshake::State> UpgradeHandshake::checkUpgrade() const
{
    if (m_kind == Kind::WebSocket && headerValue(m_response.headers, "sec-websocket-accept") != webSocketAccept(m_key))
        return broken("the answer to the upgrade does not belong to our request");
    if (m_kind == Kind::Spdy && lower(headerValue(m_response.headers, "upgrade")) != "spdy/3.1")
        return broken("the server changed to another protocol than SPDY/3.1");
    const auto picked = protocol();
    if (std::find(m_offered.begin(), m_offered.end(), picked) == m_offered.end())
        return broken("the server picked the protocol \"" + picked + "\", which was not offered");
    return State::Upgraded;
}

UpgradeHandshake::State UpgradeHandshake::takeBody()
{
    const bool chunked = lower(headerValue(m_response.headers, "transfer-encoding")) == "chunked";
    if (m_rest.size() >= mostBodyBytes || (chunked && endsWith(m_rest, "0\r\n\r\n")) ||
        (m_contentLength && m_rest.size() >= *m_contentLength)) {
        m_response.body = chunked ? joinChunks(m_rest) : m_rest;
        return State::Refused;
    }
    return State::Reading;
}

bool UpgradeHandshake::ended()
{
    if (!m_hasHead || m_response.status == 101)
        return false;
    m_response.body = m_rest;
    return true;
}

std::string UpgradeHandshake::protocol() const
{
    return std::string(headerValue(m_response.headers,
                                   m_kind == Kind::WebSocket ? "sec-websocket-protocol" : "x-stream-protocol-version"));
}

} // namespace binnacle::kube

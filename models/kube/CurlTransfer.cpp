// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/CurlTransfer.h"

#include "kube/ServerUrl.h"

#include <algorithm>
#include <cctype>

namespace binnacle::kube {

namespace {

std::string queryOf(const HttpRequest &request)
{
    std::string query;
    for (const auto &[name, value] : request.query)
        query += (query.empty() ? "?" : "&") + percentEncode(name) + "=" + percentEncode(value);
    return query;
}

bool hasHeader(const HttpRequest &request, std::string_view lowerName)
{
    return std::any_of(request.headers.begin(), request.headers.end(), [lowerName](const auto &header) {
        return std::equal(header.first.begin(), header.first.end(), lowerName.begin(), lowerName.end(),
                          [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
    });
}

/// libcurl copies nothing: what it points to lives as long as the transport.
curl_blob blobOf(std::string_view bytes)
{
    return {const_cast<char *>(bytes.data()), bytes.size(), CURL_BLOB_NOCOPY};
}

} // namespace

CurlTransfer::CurlTransfer(const Endpoint &endpoint, const HttpRequest &request, CredentialPointer credential,
                           StreamHooks hooks)
    : m_easy(curl_easy_init()), m_credential(std::move(credential)), m_hooks(std::move(hooks))
{
    curl_easy_setopt(m_easy, CURLOPT_ERRORBUFFER, m_errorText.data());
    curl_easy_setopt(m_easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(m_easy, CURLOPT_HEADERFUNCTION, &CurlTransfer::onHeader);
    curl_easy_setopt(m_easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(m_easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::onBody);
    curl_easy_setopt(m_easy, CURLOPT_WRITEDATA, this);
    const auto target = ServerUrl::parse(endpoint.cluster->server);
    const auto url = target.urlFor(endpoint.cluster->tlsServerName) + request.path + queryOf(request);
    curl_easy_setopt(m_easy, CURLOPT_URL, url.c_str());
    setConnection(endpoint);
    setTls(endpoint);
    setHeaders(endpoint, request);
    setBody(request);
}

CurlTransfer::~CurlTransfer()
{
    curl_easy_cleanup(m_easy);
    curl_slist_free_all(m_headers);
    curl_slist_free_all(m_connectTo);
}

void CurlTransfer::setConnection(const Endpoint &endpoint)
{
    constexpr long connectSeconds = 15;
    constexpr long streamBuffer = 256 * 1024;
    const auto &cluster = *endpoint.cluster;
    curl_easy_setopt(m_easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(m_easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    // HTTP/2 is spoken over TLS only: elsewhere waiting for a connection to share would let watches, which never end,
    // keep each other waiting.
    curl_easy_setopt(m_easy, CURLOPT_PIPEWAIT, cluster.server.rfind("https:", 0) == 0 ? 1L : 0L);
    curl_easy_setopt(m_easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(m_easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(m_easy, CURLOPT_TCP_KEEPINTVL, 30L);
    curl_easy_setopt(m_easy, CURLOPT_CONNECTTIMEOUT, connectSeconds);
    if (m_hooks.received)
        curl_easy_setopt(m_easy, CURLOPT_BUFFERSIZE, streamBuffer);
    const auto target = ServerUrl::parse(cluster.server);
    if (!cluster.proxyUrl.empty()) {
        // Go's socks5 lets the proxy resolve names, which is libcurl's socks5h.
        const bool socks = cluster.proxyUrl.rfind("socks5://", 0) == 0;
        const auto proxy = socks ? "socks5h" + cluster.proxyUrl.substr(6) : cluster.proxyUrl;
        curl_easy_setopt(m_easy, CURLOPT_PROXY, proxy.c_str());
        curl_easy_setopt(m_easy, CURLOPT_NOPROXY, "");
    } else if (target.isLoopback()) {
        // As Go does: HTTPS_PROXY never applies to this machine.
        curl_easy_setopt(m_easy, CURLOPT_PROXY, "");
    }
    if (const auto route = target.connectTo(cluster.tlsServerName); !route.empty()) {
        m_connectTo = curl_slist_append(nullptr, route.c_str());
        curl_easy_setopt(m_easy, CURLOPT_CONNECT_TO, m_connectTo);
    }
}

void CurlTransfer::setTls(const Endpoint &endpoint)
{
    curl_easy_setopt(m_easy, CURLOPT_SSL_VERIFYPEER, endpoint.cluster->insecure ? 0L : 1L);
    curl_easy_setopt(m_easy, CURLOPT_SSL_VERIFYHOST, endpoint.cluster->insecure ? 0L : 2L);
    curl_easy_setopt(m_easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    if (!endpoint.authorityPem.empty()) {
        // Only the cluster's own authority may vouch for it: libcurl would add the system's folder.
        auto blob = blobOf(endpoint.authorityPem);
        curl_easy_setopt(m_easy, CURLOPT_CAPATH, nullptr);
        curl_easy_setopt(m_easy, CURLOPT_CAINFO, nullptr);
        curl_easy_setopt(m_easy, CURLOPT_CAINFO_BLOB, &blob);
        // Go's transport has one pool for the server and for a proxy that is itself reached by TLS.
        if (!endpoint.cluster->proxyUrl.empty())
            curl_easy_setopt(m_easy, CURLOPT_PROXY_CAINFO_BLOB, &blob);
    }
    if (endpoint.cluster->insecure) {
        curl_easy_setopt(m_easy, CURLOPT_PROXY_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(m_easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0L);
    }
    if (!m_credential->certificatePem.empty()) {
        auto certificate = blobOf(m_credential->certificatePem);
        auto key = blobOf(m_credential->keyPem.reveal());
        curl_easy_setopt(m_easy, CURLOPT_SSLCERT_BLOB, &certificate);
        curl_easy_setopt(m_easy, CURLOPT_SSLKEY_BLOB, &key);
        // Without one, OpenSSL would ask for an encrypted key's password on the terminal.
        curl_easy_setopt(m_easy, CURLOPT_KEYPASSWD, "");
    }
}

void CurlTransfer::setHeaders(const Endpoint &endpoint, const HttpRequest &request)
{
    const auto append = [this](std::string line) {
        m_headers = curl_slist_append(m_headers, line.c_str());
        core::wipe(line);
    };
    for (const auto &[name, value] : request.headers)
        append(name + ": " + value);
    if (!hasHeader(request, "accept"))
        append("Accept: application/json");
    if (!request.body.empty() && !hasHeader(request, "content-type"))
        append("Content-Type: application/json");
    append("Expect:"); // libcurl would ask for 100-continue before larger bodies
    append("User-Agent: " + endpoint.userAgent);
    for (const auto &[name, value] : endpoint.user->impersonation)
        append(name + ": " + value);
    const auto target = ServerUrl::parse(endpoint.cluster->server);
    // client-go reads credentials only for a server that is reached by TLS; what stays on this machine may be plain.
    const bool confidential = target.scheme == "https" || target.isLoopback();
    if (!m_credential->authorization.isEmpty() && confidential)
        append("Authorization: " + std::string(m_credential->authorization.reveal()));
    if (!target.connectTo(endpoint.cluster->tlsServerName).empty())
        append("Host: " + target.authority());
    curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_headers);
    // On this machine compressing costs more than it saves.
    if (endpoint.cluster->compression && !target.isLoopback() && !hasHeader(request, "accept-encoding"))
        curl_easy_setopt(m_easy, CURLOPT_ACCEPT_ENCODING, "gzip");
}

void CurlTransfer::setBody(const HttpRequest &request)
{
    if (request.method == HttpMethod::Get) {
        curl_easy_setopt(m_easy, CURLOPT_HTTPGET, 1L);
        return;
    }
    if (request.body.empty()) {
        // libcurl repeats a request by itself when a connection that it reused breaks. See onRewind: without a body
        // only a connection of its own keeps a write from being sent twice.
        curl_easy_setopt(m_easy, CURLOPT_FRESH_CONNECT, 1L);
        if (request.method == HttpMethod::Post)
            curl_easy_setopt(m_easy, CURLOPT_POSTFIELDS, "");
    } else {
        m_unsent = request.body;
        curl_easy_setopt(m_easy, CURLOPT_POST, 1L);
        curl_easy_setopt(m_easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(m_easy, CURLOPT_READFUNCTION, &CurlTransfer::onSend);
        curl_easy_setopt(m_easy, CURLOPT_READDATA, this);
        curl_easy_setopt(m_easy, CURLOPT_SEEKFUNCTION, &CurlTransfer::onRewind);
        curl_easy_setopt(m_easy, CURLOPT_SEEKDATA, this);
    }
    curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, toString(request.method));
}

CurlFailure CurlTransfer::failure(CURLcode code) const
{
    CurlFailure failure;
    failure.code = code;
    failure.text = m_errorText.data();
    curl_off_t sent = 0;
    long requestBytes = 0;
    curl_easy_getinfo(m_easy, CURLINFO_SSL_VERIFYRESULT, &failure.verifyResult);
    curl_easy_getinfo(m_easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    curl_easy_getinfo(m_easy, CURLINFO_REQUEST_SIZE, &requestBytes);
    failure.sent = sent > 0 || requestBytes > 0;
    return failure;
}

void CurlTransfer::finishHeaders()
{
    if (m_hooks.received && !m_started && !m_stopped && m_response.status >= 200 && m_response.status < 300)
        startStream();
}

bool CurlTransfer::startStream()
{
    m_started = true;
    m_stopped = !m_hooks.started(m_response.status, m_response.headers);
    return !m_stopped;
}

void CurlTransfer::headerLine(std::string_view line)
{
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n'))
        line.remove_suffix(1);
    if (line.rfind("HTTP/", 0) == 0) {
        // A new status line: after 100-continue, or a proxy's answer to CONNECT.
        m_response.headers.clear();
        const auto space = line.find(' ');
        const auto code = space == std::string_view::npos ? std::string() : std::string(line.substr(space + 1, 3));
        m_response.status = std::atoi(code.c_str());
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return;
    std::string name(line.substr(0, colon));
    for (auto &c : name)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    auto value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ')
        value.remove_prefix(1);
    m_response.headers.emplace_back(std::move(name), std::string(value));
}

bool CurlTransfer::bodyBytes(std::string_view bytes)
{
    constexpr std::size_t mostOfAnError = 1 << 20;
    if (!m_hooks.received) {
        m_response.body.append(bytes);
        return true;
    }
    if (m_response.status < 200 || m_response.status >= 300) {
        m_response.body.append(bytes.substr(0, mostOfAnError - std::min(mostOfAnError, m_response.body.size())));
        return true;
    }
    if (!m_started && !startStream())
        return false;
    m_hooks.alive();
    m_stopped = !m_hooks.received(bytes);
    return !m_stopped;
}

std::size_t CurlTransfer::onHeader(char *data, std::size_t size, std::size_t count, void *self)
{
    auto &transfer = *static_cast<CurlTransfer *>(self);
    const std::string_view line(data, size * count);
    transfer.headerLine(line);
    // A watch may stay silent for minutes: its consumer learns at once that it was accepted.
    if (line == "\r\n") {
        transfer.finishHeaders();
        if (transfer.m_stopped)
            return 0;
        if (transfer.m_started)
            transfer.m_hooks.alive();
    }
    return size * count;
}

std::size_t CurlTransfer::onBody(char *data, std::size_t size, std::size_t count, void *self)
{
    return static_cast<CurlTransfer *>(self)->bodyBytes({data, size * count}) ? size * count : 0;
}

std::size_t CurlTransfer::onSend(char *data, std::size_t size, std::size_t count, void *self)
{
    auto &transfer = *static_cast<CurlTransfer *>(self);
    const auto part = transfer.m_unsent.substr(0, size * count);
    std::copy(part.begin(), part.end(), data);
    transfer.m_unsent.remove_prefix(part.size());
    transfer.m_sending = true;
    return part.size();
}

/// libcurl repeats any request whose reused connection breaks before an answer, a POST too, though the server may have
/// carried it out. Whether to repeat is RetryPolicy's to decide, so a body that went out is not given twice.
int CurlTransfer::onRewind(void *self, curl_off_t, int)
{
    return static_cast<CurlTransfer *>(self)->m_sending ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

} // namespace binnacle::kube

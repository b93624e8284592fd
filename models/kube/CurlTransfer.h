// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Credentials.h"
#include "kube/CurlErrors.h"

#include <array>
#include <functional>

struct curl_slist;

namespace binnacle::kube {

/// What all requests of one transport share. Immutable, outlives every transfer.
struct Endpoint
{
    std::shared_ptr<const ClusterSettings> cluster;
    std::shared_ptr<const UserSettings> user;
    std::string authorityPem; ///< empty: the system's authorities
    std::string userAgent;
    std::function<void(const std::string &)> warned; ///< see OpenOptions
};

/// One attempt at one request: a CURL easy handle, and what came back so far.
class CurlTransfer
{
public:
    /// For streams: called inside libcurl's callbacks, so they must not call libcurl. False aborts.
    struct StreamHooks
    {
        std::function<bool(int, const std::vector<std::pair<std::string, std::string>> &)> started;
        std::function<bool(std::string_view)> received;
        std::function<void()> alive; ///< any byte came
    };

    CurlTransfer(const Endpoint &endpoint, const HttpRequest &request, CredentialPointer credential, StreamHooks hooks);
    ~CurlTransfer();
    CurlTransfer(const CurlTransfer &) = delete;
    CurlTransfer &operator=(const CurlTransfer &) = delete;

    [[nodiscard]] CURL *handle() const { return m_easy; }
    [[nodiscard]] HttpResponse &response() { return m_response; }
    [[nodiscard]] const CredentialPointer &credential() const { return m_credential; }
    /// The consumer of a stream said stop.
    [[nodiscard]] bool stoppedByConsumer() const { return m_stopped; }
    [[nodiscard]] bool started() const { return m_started; }
    [[nodiscard]] CurlFailure failure(CURLcode code) const;
    /// Streams of an empty 2xx body are started here at the latest.
    void finishHeaders();

private:
    void setConnection(const Endpoint &endpoint);
    void setTls(const Endpoint &endpoint);
    void setHeaders(const Endpoint &endpoint, const HttpRequest &request);
    void setBody(const HttpRequest &request);
    bool startStream();
    void headerLine(std::string_view line);
    bool bodyBytes(std::string_view bytes);
    static std::size_t onHeader(char *data, std::size_t size, std::size_t count, void *self);
    static std::size_t onBody(char *data, std::size_t size, std::size_t count, void *self);
    static std::size_t onSend(char *data, std::size_t size, std::size_t count, void *self);
    static int onRewind(void *self, curl_off_t offset, int origin);

    CURL *m_easy;
    curl_slist *m_headers = nullptr;
    curl_slist *m_connectTo = nullptr;
    CredentialPointer m_credential;
    StreamHooks m_hooks;
    HttpResponse m_response;
    std::string_view m_unsent; ///< of the request's body, which the call keeps
    bool m_sending = false;    ///< some of the body went out
    std::array<char, CURL_ERROR_SIZE> m_errorText{};
    bool m_started = false;
    bool m_stopped = false;
};

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace binnacle::simulator {

struct HttpRequest
{
    std::string method;
    std::string path;
    std::map<std::string, std::string> query; ///< decoded; of repeated parameters the last
    std::string accept;
    std::string contentType;
    std::string userAgent;
    std::string body;

    [[nodiscard]] std::string parameter(const std::string &name) const
    {
        const auto found = query.find(name);
        return found == query.end() ? std::string() : found->second;
    }
    [[nodiscard]] bool flag(const std::string &name) const
    {
        const std::string value = parameter(name);
        return value == "true" || value == "1";
    }
};

/// A body that goes on: watches and followed logs. Written by the API, drained by the connection, both in one thread.
struct HttpStream
{
    std::deque<std::string> pending;
    bool finished = false;
    std::function<void()> wake; ///< set by the connection: there is something to send

    void send(std::string text)
    {
        pending.push_back(std::move(text));
        if (wake)
            wake();
    }
    void finish()
    {
        finished = true;
        if (wake)
            wake();
    }
};

struct HttpResponse
{
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<HttpStream> stream; ///< replaces body
};

/// Splits "path?query" and decodes both.
void parseTarget(const std::string &target, HttpRequest &request);

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Transport.h"

#include <QPromise>

#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace binnacle::operations {

/// Answers from a map of "GET /path" ("PATCH /path?dryRun" for dry runs), else 404; remembers what was sent.
class FakeTransport final : public kube::Transport
{
public:
    struct Sent
    {
        std::string what;
        core::Json body;
    };

    FakeTransport()
    {
        answers["GET /api"] = {{"kind", "APIVersions"}, {"versions", {"v1"}}};
        answers["GET /apis"] = {{"kind", "APIGroupList"},
                                {"groups", {group("apps", "v1"), group("autoscaling", "v2")}}};
        answers["GET /version"] = {{"major", "1"}, {"minor", "33"}};
        answers["GET /api/v1"] = resources("v1", {{"secrets", "Secret"}, {"configmaps", "ConfigMap"}});
        answers["GET /apis/apps/v1"] = resources("apps/v1", {{"deployments", "Deployment"}});
        answers["GET /apis/autoscaling/v2"] =
            resources("autoscaling/v2", {{"horizontalpodautoscalers", "HorizontalPodAutoscaler"}});
    }

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken) override
    {
        std::string what = std::string(kube::toString(request.method)) + " " + request.path;
        for (const auto &[name, value] : request.query) {
            if (name == "dryRun")
                what += "?dryRun";
        }
        if (request.method != kube::HttpMethod::Get)
            writes.push_back({what, core::Json::parse(request.body, nullptr, false)});
        kube::HttpResponse response{.status = 404, .headers = {}, .body = "{}"};
        if (const auto answer = answers.find(what); answer != answers.end())
            response = {.status = 200, .headers = {}, .body = answer->second.dump()};
        QPromise<core::Result<kube::HttpResponse>> promise;
        promise.start();
        if (response.status == 200)
            promise.addResult(core::Result<kube::HttpResponse>(std::move(response)));
        else
            promise.addResult(core::Result<kube::HttpResponse>(core::fail(kube::errorFromResponse(request, response))));
        auto future = promise.future();
        if (holds)
            held.push_back(std::move(promise));
        else
            promise.finish();
        return future;
    }
    /// Answers what was held back, and from now on at once.
    void release()
    {
        holds = false;
        for (auto &promise : std::exchange(held, {}))
            promise.finish();
    }
    void stream(kube::HttpRequest, std::shared_ptr<kube::StreamConsumer> consumer, core::CancellationToken) override
    {
        consumer->finished(core::fail(core::ErrorKind::Unsupported, "nothing is watched here"));
    }
    [[nodiscard]] std::string server() const override { return "https://127.0.0.1:6443"; }

    std::map<std::string, core::Json> answers;
    std::vector<Sent> writes;
    bool holds = false; ///< like a slow server: requests are answered by release()
    std::vector<QPromise<core::Result<kube::HttpResponse>>> held;

private:
    [[nodiscard]] static core::Json group(const std::string &name, const std::string &version)
    {
        const core::Json served{{"groupVersion", name + "/" + version}, {"version", version}};
        return {{"name", name}, {"versions", core::Json::array({served})}, {"preferredVersion", served}};
    }
    [[nodiscard]] static core::Json resources(const std::string &version,
                                              const std::vector<std::pair<std::string, std::string>> &kinds)
    {
        core::Json list = core::Json::array();
        for (const auto &[name, kind] : kinds)
            list.push_back({{"name", name},
                            {"kind", kind},
                            {"namespaced", true},
                            {"verbs", {"create", "delete", "get", "list", "patch", "update", "watch"}}});
        return {{"kind", "APIResourceList"}, {"groupVersion", version}, {"resources", list}};
    }
};

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/DiscoveryRequests.h"

#include "kube/DiscoveryParsing.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace binnacle::kube {

using core::Json;
using core::Result;
using HttpAnswer = Result<HttpResponse>;
using DiscoveryPointer = std::shared_ptr<const Discovery>;

namespace {

HttpRequest requestFor(std::string path, const char *accept)
{
    HttpRequest request;
    request.path = std::move(path);
    request.headers = {{"Accept", accept}};
    return request;
}

Result<Json> bodyOf(const HttpAnswer &answer)
{
    if (!answer)
        return core::fail(answer.error());
    auto body = Json::parse(answer->body, nullptr, false);
    if (body.is_discarded())
        return core::fail(core::ErrorKind::Protocol, "the server's answer is not JSON",
                          "check that the address is a Kubernetes API server");
    return body;
}

/// What has been learned so far, in the order in which groups were named.
struct Gathered
{
    std::vector<std::pair<std::string, std::string>> groupVersions;
    std::vector<ApiResource> aggregated;
    std::vector<std::pair<std::string, std::string>> failed;
    int minorVersion = 0;
};

Result<Gathered> gather(const QList<QFuture<HttpAnswer>> &answers)
{
    Gathered gathered;
    for (int i = 0; i < 2; ++i) {
        const auto body = bodyOf(answers[i].result());
        auto root = body ? parseDiscoveryRoot(*body) : Result<DiscoveryRoot>(core::fail(body.error()));
        if (!root)
            return core::fail(root.error());
        std::move(root->resources.begin(), root->resources.end(), std::back_inserter(gathered.aggregated));
        std::move(root->groupVersions.begin(), root->groupVersions.end(), std::back_inserter(gathered.groupVersions));
        std::move(root->failedGroups.begin(), root->failedGroups.end(), std::back_inserter(gathered.failed));
    }
    if (const auto version = bodyOf(answers[2].result()))
        gathered.minorVersion = parseMinorVersion(*version);
    return gathered;
}

DiscoveryPointer assemble(Gathered gathered, const QList<QFuture<HttpAnswer>> &lists)
{
    std::vector<ApiResource> resources = std::move(gathered.aggregated);
    for (qsizetype i = 0; i < lists.size(); ++i) {
        const auto body = bodyOf(lists[i].result());
        auto list = body ? parseResourceList(*body) : Result<std::vector<ApiResource>>(core::fail(body.error()));
        const auto &[group, version] = gathered.groupVersions[static_cast<std::size_t>(i)];
        if (!list)
            gathered.failed.emplace_back(group.empty() ? version : group + "/" + version, list.error().message);
        else
            std::move(list->begin(), list->end(), std::back_inserter(resources));
    }
    auto discovery = std::make_shared<Discovery>(std::move(resources), gathered.minorVersion);
    discovery->failedGroups = std::move(gathered.failed);
    return discovery;
}

QFuture<Result<DiscoveryPointer>> readyFuture(Result<DiscoveryPointer> result)
{
    return QtFuture::makeReadyFuture(std::move(result));
}

} // namespace

QFuture<Result<DiscoveryPointer>> requestDiscovery(std::shared_ptr<Transport> transport)
{
    QList<QFuture<HttpAnswer>> roots{transport->send(requestFor("/api", aggregatedDiscoveryAccept)),
                                     transport->send(requestFor("/apis", aggregatedDiscoveryAccept)),
                                     transport->send(requestFor("/version", "application/json"))};
    return QtFuture::whenAll(roots.begin(), roots.end())
        .then([transport](const QList<QFuture<HttpAnswer>> &answers) {
            auto gathered = gather(answers);
            if (!gathered)
                return readyFuture(core::fail(gathered.error()));
            if (gathered->groupVersions.empty())
                return readyFuture(assemble(std::move(*gathered), {}));
            QList<QFuture<HttpAnswer>> lists;
            for (const auto &[group, version] : gathered->groupVersions)
                lists.push_back(transport->send(requestFor(
                    group.empty() ? "/api/" + version : "/apis/" + group + "/" + version, "application/json")));
            return QtFuture::whenAll(lists.begin(), lists.end())
                .then([gathered = std::move(*gathered)](const QList<QFuture<HttpAnswer>> &read) {
                    return Result<DiscoveryPointer>(assemble(gathered, read));
                });
        })
        .unwrap();
}

} // namespace binnacle::kube

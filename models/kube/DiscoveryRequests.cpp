// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/DiscoveryRequests.h"

#include "core/Futures.h"
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

Result<Gathered> gather(const std::vector<HttpAnswer> &answers)
{
    Gathered gathered;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto body = bodyOf(answers[i]);
        auto root = body ? parseDiscoveryRoot(*body) : Result<DiscoveryRoot>(core::fail(body.error()));
        if (!root)
            return core::fail(root.error());
        std::move(root->resources.begin(), root->resources.end(), std::back_inserter(gathered.aggregated));
        std::move(root->groupVersions.begin(), root->groupVersions.end(), std::back_inserter(gathered.groupVersions));
        std::move(root->failedGroups.begin(), root->failedGroups.end(), std::back_inserter(gathered.failed));
    }
    if (const auto version = bodyOf(answers[2]))
        gathered.minorVersion = parseMinorVersion(*version);
    return gathered;
}

DiscoveryPointer assemble(Gathered gathered, const std::vector<HttpAnswer> &lists)
{
    std::vector<ApiResource> resources = std::move(gathered.aggregated);
    for (std::size_t i = 0; i < lists.size(); ++i) {
        const auto body = bodyOf(lists[i]);
        auto list = body ? parseResourceList(*body) : Result<std::vector<ApiResource>>(core::fail(body.error()));
        const auto &[group, version] = gathered.groupVersions[i];
        if (!list)
            gathered.failed.emplace_back(group.empty() ? version : group + "/" + version, list.error().message);
        else
            std::move(list->begin(), list->end(), std::back_inserter(resources));
    }
    auto discovery = std::make_shared<Discovery>(std::move(resources), gathered.minorVersion);
    discovery->failedGroups = std::move(gathered.failed);
    return discovery;
}

} // namespace

QFuture<Result<DiscoveryPointer>> requestDiscovery(std::shared_ptr<Transport> transport)
{
    using Answers = Result<std::vector<HttpAnswer>>;
    const auto roots = core::settle<HttpResponse>({transport->send(requestFor("/api", aggregatedDiscoveryAccept)),
                                                   transport->send(requestFor("/apis", aggregatedDiscoveryAccept)),
                                                   transport->send(requestFor("/version", "application/json"))});
    return core::chain<DiscoveryPointer>(roots, [transport](const Answers &answers) {
        auto gathered = answers ? gather(*answers) : Result<Gathered>(core::fail(answers.error()));
        if (!gathered)
            return core::ready(Result<DiscoveryPointer>(core::fail(gathered.error())));
        std::vector<QFuture<HttpAnswer>> lists;
        for (const auto &[group, version] : gathered->groupVersions)
            lists.push_back(transport->send(
                requestFor(group.empty() ? "/api/" + version : "/apis/" + group + "/" + version, "application/json")));
        return core::then(core::settle(lists), [gathered = std::move(*gathered)](const Answers &read) mutable {
            return read ? Result<DiscoveryPointer>(assemble(std::move(gathered), *read)) : core::fail(read.error());
        });
    });
}

} // namespace binnacle::kube

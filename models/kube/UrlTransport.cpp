// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/UrlTransport.h"

#include "kube/CurlTransport.h"
#include "kube/Kubeconfig.h"
#include "kube/ServerUrl.h"

namespace binnacle::kube {

core::Result<std::shared_ptr<Transport>> openUrl(const std::string &url)
{
    const auto parsed = ServerUrl::parse(url);
    if ((parsed.scheme != "http" && parsed.scheme != "https") || parsed.host.empty())
        return core::fail(core::ErrorKind::Usage, "\"" + url + "\" is not an URL that can be asked",
                          "write http://HOST:PORT or https://HOST:PORT");
    auto cluster = std::make_shared<ClusterSettings>();
    cluster->name = url;
    cluster->server = url;
    Endpoint endpoint;
    endpoint.cluster = cluster;
    endpoint.user = std::make_shared<const UserSettings>();
    endpoint.userAgent = "binnacle";
    static const core::SystemClock clock;
    auto source = makeCredentialSource(endpoint.user, cluster, {}, clock);
    if (!source)
        return core::fail(std::move(source.error()));
    return std::make_shared<CurlTransport>(std::move(endpoint), std::move(*source));
}

} // namespace binnacle::kube

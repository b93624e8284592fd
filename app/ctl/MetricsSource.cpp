// SPDX-License-Identifier: GPL-3.0-or-later
#include "MetricsSource.h"

#include "Await.h"

#include <CLI/CLI.hpp>

namespace binnacle::ctl {

void MetricsSource::declare(CLI::App &command)
{
    command.add_option("--source", m_text,
                       "The Prometheus: NAMESPACE/[https:]SERVICE[:PORT][/PREFIX], or an URL; else it is looked for");
}

core::Result<std::shared_ptr<metrics::PrometheusClient>> MetricsSource::open(const Environment &environment,
                                                                             const ClusterSession *session) const
{
    std::optional<metrics::PrometheusSource> source;
    if (!m_text.empty()) {
        auto named = metrics::sourceFromText(m_text);
        if (!named)
            return core::fail(std::move(named.error()));
        source = std::move(*named);
        if (!source->url.empty())
            return metrics::openSource(std::move(*source), nullptr);
    }
    std::optional<ClusterSession> opened;
    if (session == nullptr) {
        auto cluster = openCluster(environment);
        if (!cluster)
            return core::fail(std::move(cluster.error()));
        opened = std::move(*cluster);
        session = &*opened;
    }
    // The client keeps only the connection, which outlives the session.
    const std::shared_ptr<kube::Transport> transport(session->client, &session->client->transport());
    if (source)
        return metrics::openSource(std::move(*source), transport);
    const auto found =
        await(metrics::discoverPrometheus(session->client, {session->nameSpace}, {}, environment.interrupt.token()));
    if (!found) {
        auto error = found.error();
        if (error.kind == core::ErrorKind::NotFound)
            error.next = "name it with --source NAMESPACE/SERVICE:PORT, or --source URL";
        return core::fail(std::move(error));
    }
    return metrics::openSource(found->front().source, transport);
}

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "core/StrongString.h"

#include <string>
#include <vector>

namespace binnacle::metrics {

/// Where a Prometheus answers: a service behind the API server's proxy, or an URL.
struct PrometheusSource
{
    core::Namespace nameSpace;
    std::string service;
    std::string port; ///< number or name
    bool tls = false; ///< the service's port speaks TLS
    std::string
        prefix; ///< "/prometheus" where it was started with --web.route-prefix or external URL; no slash at the end
    std::string url; ///< given instead of all the others; no slash at the end

    /// "shared/prometheus-service:9090", or the URL.
    [[nodiscard]] std::string describe() const;
    /// What goes before "/api/v1/query": the service's proxy at the API server, or nothing.
    [[nodiscard]] std::string basePath() const;

    friend bool operator==(const PrometheusSource &, const PrometheusSource &) = default;
};

/// NAMESPACE/[https:]SERVICE[:PORT][/PREFIX], or http(s)://HOST[:PORT][/PREFIX]. Without a port 9090. A Usage error
/// says what is wrong.
[[nodiscard]] core::Result<PrometheusSource> sourceFromText(const std::string &text);

/// A service that may be a Prometheus, and why it is thought to be one.
struct PrometheusCandidate
{
    PrometheusSource source;
    std::string reason; ///< "its label app.kubernetes.io/name is prometheus"
    int score = 0;      ///< the higher the likelier
};

/// Pure: the Prometheus servers among Service objects, likeliest first; of equal ones by namespace and name. What only
/// belongs to Prometheus (alert manager, exporters, the operator, push gateway, adapter) is left out. Sources are
/// the Prometheus Operator's, kube-prometheus' and the Prometheus Helm chart's labels and names.
/// `preferred` are those of the application that is shown, "namespace/name": they come first.
[[nodiscard]] std::vector<PrometheusCandidate> findPrometheus(const std::vector<core::Json> &services,
                                                              const std::vector<std::string> &preferred = {});

} // namespace binnacle::metrics

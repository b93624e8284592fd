// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Json.h"
#include "kube/Client.h"
#include "metrics/Alerts.h"
#include "metrics/PrometheusSource.h"
#include "metrics/Series.h"

#include <QFuture>

#include <chrono>
#include <optional>

namespace binnacle::metrics {

using Time = std::chrono::system_clock::time_point;

/// From the first to the last moment, both included, a value every `step`.
struct TimeRange
{
    Time start;
    Time end;
    std::chrono::milliseconds step{15'000};

    friend bool operator==(const TimeRange &, const TimeRange &) = default;
};

/// Prometheus' HTTP API at one source. Thread-safe. Every request is a GET, so that a context that is marked read-only
/// and an account that may only `get services/proxy` can ask. Errors carry Prometheus' errorType as `reason`.
class PrometheusClient
{
public:
    /// `transport`: of the cluster for a service, of the URL for an URL (see openSource()).
    PrometheusClient(std::shared_ptr<kube::Transport> transport, PrometheusSource source);

    [[nodiscard]] const PrometheusSource &source() const { return m_source; }

    /// At `time`; without one, at Prometheus' own present.
    [[nodiscard]] QFuture<core::Result<QueryResult>> query(const std::string &expression, std::optional<Time> time = {},
                                                           core::CancellationToken token = {}) const;
    [[nodiscard]] QFuture<core::Result<QueryResult>> queryRange(const std::string &expression, const TimeRange &range,
                                                                core::CancellationToken token = {}) const;
    /// Names of labels, or values of one; `matching`: only of series that these selectors choose.
    [[nodiscard]] QFuture<core::Result<std::vector<std::string>>> labelNames(std::vector<std::string> matching = {},
                                                                             core::CancellationToken token = {}) const;
    [[nodiscard]] QFuture<core::Result<std::vector<std::string>>> labelValues(const std::string &label,
                                                                              std::vector<std::string> matching = {},
                                                                              core::CancellationToken token = {}) const;
    [[nodiscard]] QFuture<core::Result<std::vector<Labels>>> series(std::vector<std::string> matching,
                                                                    core::CancellationToken token = {}) const;
    [[nodiscard]] QFuture<core::Result<std::vector<Alert>>> alerts(core::CancellationToken token = {}) const;
    /// `data` of the answer as it is: of metadata, rules, status/buildinfo, targets.
    [[nodiscard]] QFuture<core::Result<core::Json>> data(const std::string &path,
                                                         core::CancellationToken token = {}) const;

private:
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    [[nodiscard]] QFuture<core::Result<std::string>> ask(const std::string &path, Parameters parameters,
                                                         core::CancellationToken token) const;
    [[nodiscard]] QFuture<core::Result<QueryResult>> askQuery(const std::string &path, Parameters parameters,
                                                              core::CancellationToken token) const;
    [[nodiscard]] QFuture<core::Result<std::vector<std::string>>>
    askNames(const std::string &path, const std::vector<std::string> &matching, core::CancellationToken token) const;

    std::shared_ptr<kube::Transport> m_transport;
    PrometheusSource m_source;
};

/// A client for a source: over the cluster's transport, or for an URL over one of its own.
[[nodiscard]] core::Result<std::shared_ptr<PrometheusClient>> openSource(PrometheusSource source,
                                                                         std::shared_ptr<kube::Transport> cluster);

/// Looks for a Prometheus among the cluster's services; where not all may be listed, among those of `nameSpaces`.
/// NotFound says where it looked. `preferred` as for findPrometheus().
[[nodiscard]] QFuture<core::Result<std::vector<PrometheusCandidate>>>
discoverPrometheus(const std::shared_ptr<kube::Client> &client, const std::vector<core::Namespace> &nameSpaces,
                   std::vector<std::string> preferred = {}, core::CancellationToken token = {});

/// "1700000000.123": how Prometheus reads times.
[[nodiscard]] std::string timeText(Time time);

} // namespace binnacle::metrics

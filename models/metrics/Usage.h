// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/Client.h"
#include "metrics/PrometheusClient.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::metrics {

/// What something uses now. Not known: nothing.
struct Usage
{
    std::optional<double> cores;
    std::optional<double> bytes;
};

struct ContainerUsage
{
    std::string nameSpace;
    std::string pod;
    std::string container;
    Usage usage;
};

struct NodeUsage
{
    std::string name;
    Usage usage;
};

/// Who measured it.
enum class UsageOrigin { MetricsApi, Kubelets, Prometheus };
[[nodiscard]] const char *describe(UsageOrigin origin);

template <typename Item>
struct Measured
{
    UsageOrigin origin = UsageOrigin::MetricsApi;
    std::vector<Item> items;
    std::vector<std::string> problems; ///< what could not be asked, and what was asked instead
};

/// Pure: the items of metrics.k8s.io's PodMetricsList and NodeMetricsList.
[[nodiscard]] std::vector<ContainerUsage> containersFromMetrics(const core::Json &list);
[[nodiscard]] std::vector<NodeUsage> nodesFromMetrics(const core::Json &list);
/// Pure: the containers, and the node, of a kubelet's /stats/summary.
[[nodiscard]] std::vector<ContainerUsage> containersFromSummary(const core::Json &summary);
[[nodiscard]] NodeUsage nodeFromSummary(const core::Json &summary);

/// What the containers of a namespace (empty: of all) use: of metrics.k8s.io; where that is not served or not
/// available, of every node's kubelet; where those may not be asked, of a Prometheus that scrapes them. The error is
/// that of the first, with what else was tried.
[[nodiscard]] QFuture<core::Result<Measured<ContainerUsage>>>
measureContainers(const std::shared_ptr<kube::Client> &client, const core::Namespace &nameSpace,
                  core::CancellationToken token = {});
[[nodiscard]] QFuture<core::Result<Measured<NodeUsage>>> measureNodes(const std::shared_ptr<kube::Client> &client,
                                                                      core::CancellationToken token = {});

} // namespace binnacle::metrics

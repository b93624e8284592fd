// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Usage.h"

#include "core/Futures.h"
#include "core/Quantity.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>

namespace binnacle::metrics {

using core::CancellationToken;
using core::Json;
using core::Result;

namespace {

std::optional<double> amount(const Json &usage, const char *name)
{
    const auto quantity = core::Quantity::parse(usage.value(name, ""));
    if (!quantity)
        return std::nullopt;
    // Nanocores do not fit into thousandths.
    const std::string text = usage.value(name, "");
    if (!text.empty() && text.back() == 'n')
        return std::stod(text.substr(0, text.size() - 1)) / 1e9;
    if (!text.empty() && text.back() == 'u')
        return std::stod(text.substr(0, text.size() - 1)) / 1e6;
    return static_cast<double>(quantity->milliValue()) / 1000;
}

Usage usageOf(const Json &object)
{
    const Json usage = object.value("usage", Json::object());
    return {amount(usage, "cpu"), amount(usage, "memory")};
}

std::optional<double> numberAt(const Json &object, const char *part, const char *name, double scale)
{
    const auto found = object.find(part);
    if (found == object.end() || !found->is_object() || !found->contains(name) || !(*found)[name].is_number())
        return std::nullopt;
    return (*found)[name].get<double>() * scale;
}

Usage statsOf(const Json &object)
{
    return {numberAt(object, "cpu", "usageNanoCores", 1e-9), numberAt(object, "memory", "workingSetBytes", 1)};
}

/// Whether metrics.k8s.io is not there at all, so that another may be asked.
bool isAbsent(const core::Error &error)
{
    return error.kind == core::ErrorKind::Unsupported || error.kind == core::ErrorKind::NotFound ||
           error.kind == core::ErrorKind::Forbidden || error.httpStatus == 503;
}

/// Every node's summary; nodes that do not answer are left out and named.
struct Summaries
{
    std::vector<Json> read;
    std::vector<std::string> problems;
};

QFuture<Result<Summaries>> askKubelets(const std::shared_ptr<kube::Client> &client, CancellationToken token)
{
    return core::chain<Summaries>(
        client->list({"", "Node"}, {}, {}, token),
        [client, token](const Result<Json> &nodes) -> QFuture<Result<Summaries>> {
            if (!nodes)
                return core::ready(Result<Summaries>(core::fail(nodes.error())));
            std::vector<QFuture<Result<kube::HttpResponse>>> answers;
            std::vector<std::string> names;
            for (const Json &node : nodes->value("items", Json::array())) {
                names.push_back(node["metadata"].value("name", ""));
                kube::HttpRequest request;
                request.path = "/api/v1/nodes/" + kube::percentEncode(names.back()) + "/proxy/stats/summary";
                answers.push_back(client->transport().send(std::move(request), token));
            }
            return core::then(
                core::settle(answers),
                [names](const Result<std::vector<Result<kube::HttpResponse>>> &settled) -> Result<Summaries> {
                    Summaries summaries;
                    for (std::size_t i = 0; i < names.size(); ++i) {
                        const auto &answer = (*settled)[i];
                        Json body = answer ? Json::parse(answer->body, nullptr, false) : Json();
                        if (body.is_object())
                            summaries.read.push_back(std::move(body));
                        else
                            summaries.problems.push_back(
                                "node " + names[i] + ": " +
                                (answer ? "its kubelet's answer is no summary" : answer.error().message));
                    }
                    if (summaries.read.empty() && !names.empty())
                        return core::fail((*settled)[0]
                                              ? core::makeError(core::ErrorKind::Protocol, "no kubelet gives a summary")
                                              : (*settled)[0].error());
                    return summaries;
                });
        });
}

/// The values of a query by the labels that name what is measured.
QFuture<Result<QueryResult>> askPrometheus(const std::shared_ptr<kube::Client> &client, const std::string &expression,
                                           const CancellationToken &token)
{
    return core::chain<QueryResult>(discoverPrometheus(client, {}, {}, token),
                                    [client, expression, token](const Result<std::vector<PrometheusCandidate>> &found)
                                        -> QFuture<Result<QueryResult>> {
                                        if (!found)
                                            return core::ready(Result<QueryResult>(core::fail(found.error())));
                                        const std::shared_ptr<kube::Transport> transport(client, &client->transport());
                                        const auto prometheus = openSource(found->front().source, transport);
                                        if (!prometheus)
                                            return core::ready(Result<QueryResult>(core::fail(prometheus.error())));
                                        return (*prometheus)->query(expression, {}, token);
                                    });
}

using Key = std::vector<std::string>;
using ByKey = std::map<Key, Usage>;

ByKey collected(const QueryResult &result, const std::vector<const char *> &names)
{
    ByKey all;
    for (const Series &series : result.series) {
        Key key;
        for (const char *const name : names)
            key.push_back(series.labels.count(name) != 0 ? series.labels.at(name) : std::string());
        const auto what = series.labels.find("what");
        if (series.samples.empty() || what == series.labels.end())
            continue;
        (what->second == "cpu" ? all[key].cores : all[key].bytes) = series.samples.front().value;
    }
    return all;
}

/// Both at once, told apart by a label.
std::string bothOf(const std::string &cpu, const std::string &memory)
{
    return R"(label_replace()" + cpu + R"(, "what", "cpu", "", "") or label_replace()" + memory +
           R"(, "what", "memory", "", ""))";
}

/// metrics.k8s.io, else the kubelets, else Prometheus.
template <typename Item>
struct Ways
{
    std::function<std::vector<Item>(const Json &list)> fromMetrics;
    std::function<std::vector<Item>(const std::vector<Json> &summaries)> fromSummaries;
    std::function<std::vector<Item>(const QueryResult &)> fromPrometheus;
    std::string expression;
};

template <typename Item>
QFuture<Result<Measured<Item>>> measureOtherwise(const std::shared_ptr<kube::Client> &client, const Ways<Item> &ways,
                                                 const core::Error &first, const CancellationToken &token)
{
    using Answer = Result<Measured<Item>>;
    return core::chain<Measured<Item>>(
        askKubelets(client, token), [client, ways, first, token](Result<Summaries> summaries) -> QFuture<Answer> {
            Measured<Item> measured;
            measured.problems.push_back("metrics.k8s.io: " + first.message);
            if (summaries) {
                measured.origin = UsageOrigin::Kubelets;
                measured.items = ways.fromSummaries(summaries->read);
                for (auto &problem : summaries->problems)
                    measured.problems.push_back(std::move(problem));
                return core::ready(Answer(std::move(measured)));
            }
            measured.problems.push_back("the kubelets: " + summaries.error().message);
            return core::then(askPrometheus(client, ways.expression, token),
                              [measured, ways, first](const Result<QueryResult> &result) mutable -> Answer {
                                  if (!result) {
                                      core::Error error = first;
                                      for (std::size_t i = 1; i < measured.problems.size(); ++i)
                                          error.message += "; " + measured.problems[i];
                                      error.message += "; Prometheus: " + result.error().message;
                                      error.next =
                                          "install metrics-server, or ask for \"get\" on nodes/proxy or services/proxy";
                                      return core::fail(std::move(error));
                                  }
                                  measured.origin = UsageOrigin::Prometheus;
                                  measured.items = ways.fromPrometheus(*result);
                                  return measured;
                              });
        });
}

template <typename Item>
QFuture<Result<Measured<Item>>> measure(const std::shared_ptr<kube::Client> &client, const core::GroupKind &kind,
                                        const core::Namespace &nameSpace, Ways<Item> ways, CancellationToken token)
{
    using Answer = Result<Measured<Item>>;
    return core::chain<Measured<Item>>(
        client->list(kind, nameSpace, {}, token), [client, ways, token](const Result<Json> &list) -> QFuture<Answer> {
            if (!list && isAbsent(list.error()))
                return measureOtherwise(client, ways, list.error(), token);
            if (!list)
                return core::ready(Answer(core::fail(list.error())));
            return core::ready(Answer(Measured<Item>{UsageOrigin::MetricsApi, ways.fromMetrics(*list), {}}));
        });
}

} // namespace

const char *describe(UsageOrigin origin)
{
    switch (origin) {
    case UsageOrigin::MetricsApi:
        return "metrics.k8s.io";
    case UsageOrigin::Kubelets:
        return "the kubelets' summaries";
    case UsageOrigin::Prometheus:
        return "Prometheus";
    }
    return "";
}

std::vector<ContainerUsage> containersFromMetrics(const Json &list)
{
    std::vector<ContainerUsage> containers;
    for (const Json &pod : list.value("items", Json::array()))
        for (const Json &container : pod.value("containers", Json::array()))
            containers.push_back({pod["metadata"].value("namespace", ""), pod["metadata"].value("name", ""),
                                  container.value("name", ""), usageOf(container)});
    return containers;
}

std::vector<NodeUsage> nodesFromMetrics(const Json &list)
{
    std::vector<NodeUsage> nodes;
    for (const Json &node : list.value("items", Json::array()))
        nodes.push_back({node["metadata"].value("name", ""), usageOf(node)});
    return nodes;
}

std::vector<ContainerUsage> containersFromSummary(const Json &summary)
{
    std::vector<ContainerUsage> containers;
    for (const Json &pod : summary.value("pods", Json::array())) {
        const Json reference = pod.value("podRef", Json::object());
        for (const Json &container : pod.value("containers", Json::array()))
            containers.push_back({reference.value("namespace", ""), reference.value("name", ""),
                                  container.value("name", ""), statsOf(container)});
    }
    return containers;
}

NodeUsage nodeFromSummary(const Json &summary)
{
    const Json node = summary.value("node", Json::object());
    return {node.value("nodeName", ""), statsOf(node)};
}

QFuture<Result<Measured<ContainerUsage>>> measureContainers(const std::shared_ptr<kube::Client> &client,
                                                            const core::Namespace &nameSpace, CancellationToken token)
{
    Ways<ContainerUsage> ways;
    ways.fromMetrics = containersFromMetrics;
    ways.fromSummaries = [nameSpace](const std::vector<Json> &summaries) {
        std::vector<ContainerUsage> all;
        for (const Json &summary : summaries)
            for (ContainerUsage &container : containersFromSummary(summary))
                if (nameSpace.isEmpty() || container.nameSpace == nameSpace.value())
                    all.push_back(std::move(container));
        return all;
    };
    ways.fromPrometheus = [](const QueryResult &result) {
        std::vector<ContainerUsage> all;
        for (const auto &[key, usage] : collected(result, {"namespace", "pod", "container"}))
            all.push_back({key[0], key[1], key[2], usage});
        return all;
    };
    const std::string chosen = std::string(R"({container!="", container!="POD")") +
                               (nameSpace.isEmpty() ? "" : ", namespace=" + metrics::quoted(nameSpace.value())) + "}";
    ways.expression =
        bothOf("sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total" + chosen + "[2m]))",
               "sum by (namespace, pod, container) (container_memory_working_set_bytes" + chosen + ")");
    return measure(client, {"metrics.k8s.io", "PodMetrics"}, nameSpace, std::move(ways), std::move(token));
}

QFuture<Result<Measured<NodeUsage>>> measureNodes(const std::shared_ptr<kube::Client> &client, CancellationToken token)
{
    Ways<NodeUsage> ways;
    ways.fromMetrics = nodesFromMetrics;
    ways.fromSummaries = [](const std::vector<Json> &summaries) {
        std::vector<NodeUsage> all;
        for (const Json &summary : summaries)
            all.push_back(nodeFromSummary(summary));
        return all;
    };
    ways.fromPrometheus = [](const QueryResult &result) {
        std::vector<NodeUsage> all;
        for (const auto &[key, usage] : collected(result, {"instance"}))
            all.push_back({key[0], usage});
        return all;
    };
    ways.expression = bothOf(R"(sum by (instance) (rate(container_cpu_usage_seconds_total{id="/"}[2m])))",
                             R"(sum by (instance) (container_memory_working_set_bytes{id="/"}))");
    return measure(client, {"metrics.k8s.io", "NodeMetrics"}, {}, std::move(ways), std::move(token));
}

} // namespace binnacle::metrics

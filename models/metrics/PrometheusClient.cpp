// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/PrometheusClient.h"

#include "core/Futures.h"
#include "kube/UrlTransport.h"
#include "metrics/PrometheusAnswer.h"

#include <nlohmann/json.hpp>

namespace binnacle::metrics {

using core::CancellationToken;
using core::Json;
using core::Result;

namespace {

/// What Prometheus says of a failed query, and what to do about it.
core::Error explained(core::Error error, const PrometheusSource &source)
{
    if (error.object.empty())
        error.object = "Prometheus " + source.describe();
    if (error.reason == "bad_data")
        error.next = "correct the expression at the place named";
    else if (error.reason == "execution")
        error.next = "the expression is well-formed but cannot be computed: change what the message names";
    else if (error.reason == "timeout" || error.reason == "canceled")
        error.next = "ask for a shorter range, a longer step, or fewer series";
    else if (error.kind == core::ErrorKind::Forbidden)
        error.next = "ask an administrator for \"get\" on services/proxy in namespace " + source.nameSpace.value() +
                     ", or give an URL with --source";
    else if (error.kind == core::ErrorKind::NotFound && error.reason == "NotFound")
        error.next = "check the service's name and namespace";
    else if (error.reason == "ServiceUnavailable")
        error.next = "no pod of the service is ready: look at the pods of " + source.describe();
    return error;
}

std::string secondsText(std::chrono::milliseconds duration)
{
    std::string text = std::to_string(duration.count() / 1000);
    if (const auto rest = duration.count() % 1000; rest != 0) {
        std::string digits = std::to_string(rest);
        text += "." + std::string(3 - digits.size(), '0') + digits;
    }
    return text;
}

} // namespace

std::string timeText(Time time)
{
    return secondsText(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()));
}

PrometheusClient::PrometheusClient(std::shared_ptr<kube::Transport> transport, PrometheusSource source)
    : m_transport(std::move(transport)), m_source(std::move(source))
{
}

QFuture<Result<std::string>> PrometheusClient::ask(const std::string &path, Parameters parameters,
                                                   CancellationToken token) const
{
    kube::HttpRequest request;
    request.path = m_source.basePath() + "/api/v1/" + path;
    request.query = std::move(parameters);
    return core::then(m_transport->send(std::move(request), std::move(token)),
                      [source = m_source](Result<kube::HttpResponse> answer) -> Result<std::string> {
                          if (!answer)
                              return core::fail(explained(std::move(answer.error()), source));
                          return std::move(answer->body);
                      });
}

QFuture<Result<QueryResult>> PrometheusClient::askQuery(const std::string &path, Parameters parameters,
                                                        CancellationToken token) const
{
    return core::then(ask(path, std::move(parameters), std::move(token)),
                      [source = m_source](Result<std::string> body) -> Result<QueryResult> {
                          if (!body)
                              return core::fail(std::move(body.error()));
                          auto result = queryResultFrom(*body);
                          if (!result)
                              result.error().object = "Prometheus " + source.describe();
                          return result;
                      });
}

QFuture<Result<QueryResult>> PrometheusClient::query(const std::string &expression, std::optional<Time> time,
                                                     CancellationToken token) const
{
    Parameters parameters{{"query", expression}};
    if (time)
        parameters.emplace_back("time", timeText(*time));
    return askQuery("query", std::move(parameters), std::move(token));
}

QFuture<Result<QueryResult>> PrometheusClient::queryRange(const std::string &expression, const TimeRange &range,
                                                          CancellationToken token) const
{
    return askQuery("query_range",
                    {{"query", expression},
                     {"start", timeText(range.start)},
                     {"end", timeText(range.end)},
                     {"step", secondsText(range.step)}},
                    std::move(token));
}

QFuture<Result<Json>> PrometheusClient::data(const std::string &path, CancellationToken token) const
{
    return core::then(ask(path, {}, std::move(token)), [](Result<std::string> body) -> Result<Json> {
        if (!body)
            return core::fail(std::move(body.error()));
        return dataFrom(*body);
    });
}

QFuture<Result<std::vector<std::string>>> PrometheusClient::askNames(const std::string &path,
                                                                     const std::vector<std::string> &matching,
                                                                     CancellationToken token) const
{
    Parameters parameters;
    for (const auto &selector : matching)
        parameters.emplace_back("match[]", selector);
    return core::then(ask(path, std::move(parameters), std::move(token)),
                      [](Result<std::string> body) -> Result<std::vector<std::string>> {
                          if (!body)
                              return core::fail(std::move(body.error()));
                          const auto data = dataFrom(*body);
                          if (!data)
                              return core::fail(data.error());
                          std::vector<std::string> names;
                          for (const auto &name : *data) {
                              if (name.is_string())
                                  names.push_back(name.get<std::string>());
                          }
                          return names;
                      });
}

QFuture<Result<std::vector<std::string>>> PrometheusClient::labelNames(std::vector<std::string> matching,
                                                                       CancellationToken token) const
{
    return askNames("labels", matching, std::move(token));
}

QFuture<Result<std::vector<std::string>>> PrometheusClient::labelValues(const std::string &label,
                                                                        std::vector<std::string> matching,
                                                                        CancellationToken token) const
{
    return askNames("label/" + kube::percentEncode(label) + "/values", matching, std::move(token));
}

QFuture<Result<std::vector<Labels>>> PrometheusClient::series(std::vector<std::string> matching,
                                                              CancellationToken token) const
{
    Parameters parameters;
    for (auto &selector : matching)
        parameters.emplace_back("match[]", std::move(selector));
    return core::then(ask("series", std::move(parameters), std::move(token)),
                      [](Result<std::string> body) -> Result<std::vector<Labels>> {
                          if (!body)
                              return core::fail(std::move(body.error()));
                          const auto data = dataFrom(*body);
                          if (!data)
                              return core::fail(data.error());
                          std::vector<Labels> found;
                          for (const auto &each : *data)
                              found.push_back(labelsFrom(each));
                          return found;
                      });
}

QFuture<Result<std::vector<Alert>>> PrometheusClient::alerts(CancellationToken token) const
{
    return core::then(data("alerts", std::move(token)), [](const Result<Json> &data) -> Result<std::vector<Alert>> {
        if (!data)
            return core::fail(data.error());
        return alertsFrom(*data);
    });
}

Result<std::shared_ptr<PrometheusClient>> openSource(PrometheusSource source, std::shared_ptr<kube::Transport> cluster)
{
    if (source.url.empty())
        return std::make_shared<PrometheusClient>(std::move(cluster), std::move(source));
    auto transport = kube::openUrl(source.url);
    if (!transport)
        return core::fail(std::move(transport.error()));
    return std::make_shared<PrometheusClient>(std::move(*transport), std::move(source));
}

namespace {

std::vector<Json> itemsOf(Json list)
{
    std::vector<Json> items;
    for (auto &item : list["items"])
        items.push_back(std::move(item));
    return items;
}

Result<std::vector<PrometheusCandidate>>
candidatesAmong(const std::vector<Json> &services, const std::vector<std::string> &preferred, const std::string &where)
{
    auto found = findPrometheus(services, preferred);
    if (found.empty())
        return core::fail(
            core::ErrorKind::NotFound,
            "no service looks like a Prometheus: " + std::to_string(services.size()) + " services " + where +
                " were looked at, for the labels app.kubernetes.io/name, app and k8s-app and the names of "
                "the Prometheus Operator and its charts",
            "name it: NAMESPACE/SERVICE:PORT, or an URL");
    return found;
}

} // namespace

QFuture<Result<std::vector<PrometheusCandidate>>> discoverPrometheus(const std::shared_ptr<kube::Client> &client,
                                                                     const std::vector<core::Namespace> &nameSpaces,
                                                                     std::vector<std::string> preferred,
                                                                     CancellationToken token)
{
    using Found = std::vector<PrometheusCandidate>;
    return core::chain<Found>(
        client->list({"", "Service"}, {}, {}, token),
        [client, nameSpaces, preferred = std::move(preferred), token](Result<Json> all) -> QFuture<Result<Found>> {
            if (all)
                return core::ready(candidatesAmong(itemsOf(std::move(*all)), preferred, "of all namespaces"));
            if (all.error().kind != core::ErrorKind::Forbidden || nameSpaces.empty())
                return core::ready(Result<Found>(core::fail(std::move(all.error()))));
            std::vector<QFuture<Result<Json>>> lists;
            lists.reserve(nameSpaces.size());
            for (const auto &nameSpace : nameSpaces)
                lists.push_back(client->list({"", "Service"}, nameSpace, {}, token));
            return core::then(core::settle(lists),
                              [preferred](Result<std::vector<Result<Json>>> answers) -> Result<Found> {
                                  std::vector<Json> services;
                                  for (auto &answer : *answers) {
                                      if (!answer)
                                          continue;
                                      for (auto &service : itemsOf(std::move(*answer)))
                                          services.push_back(std::move(service));
                                  }
                                  return candidatesAmong(services, preferred, "of the namespaces that may be read");
                              });
        });
}

} // namespace binnacle::metrics

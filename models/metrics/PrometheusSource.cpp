// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/PrometheusSource.h"

#include "kube/Transport.h"

#include <QString>
#include <QUrl>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace binnacle::metrics {

namespace {

using core::Json;

constexpr const char *howToName = "write NAMESPACE/SERVICE:PORT, or an URL such as http://127.0.0.1:9090";

core::Error usage(const std::string &text, const std::string &why)
{
    return core::makeError(core::ErrorKind::Usage, "\"" + text + "\" names no Prometheus: " + why, howToName);
}

std::string withoutSlashes(std::string text)
{
    while (!text.empty() && text.back() == '/')
        text.pop_back();
    return text;
}

core::Result<PrometheusSource> sourceFromUrl(const std::string &text)
{
    const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return core::fail(usage(text, "the URL has no host"));
    if (!url.userInfo().isEmpty())
        return core::fail(core::ErrorKind::Usage,
                          "an URL with a password in it can be read by every user of this computer",
                          "leave it out, or go through the API server: NAMESPACE/SERVICE:PORT");
    if (url.hasQuery() || url.hasFragment())
        return core::fail(usage(text, "the URL must end before \"?\""));
    PrometheusSource source;
    source.url = withoutSlashes(text);
    return source;
}

std::string labelOf(const Json &service, const char *name)
{
    const auto &metadata = service.at("metadata");
    const auto labels = metadata.find("labels");
    return labels != metadata.end() && labels->is_object() ? labels->value(name, "") : std::string();
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// What comes with a Prometheus and is none.
bool isAccessory(const Json &service, const std::string &name)
{
    static constexpr std::array<std::string_view, 14> words = {
        "alertmanager", "exporter", "pushgateway", "adapter", "operator",       "kube-state-metrics", "grafana",
        "blackbox",     "sidecar",  "discovery",   "coredns", "kube-scheduler", "thanos-store",       "compact"};
    const std::string application = labelOf(service, "app.kubernetes.io/name") + " " +
                                    labelOf(service, "app.kubernetes.io/component") + " " +
                                    labelOf(service, "component");
    return name != "prometheus-operated" && std::any_of(words.begin(), words.end(), [&](std::string_view word) {
               return contains(name, word) || contains(application, word);
           });
}

struct Finding
{
    int score = 0;
    std::string reason;
};

Finding judge(const Json &service, const std::string &name)
{
    if (labelOf(service, "operated-prometheus") == "true" || name == "prometheus-operated")
        return {70, "the Prometheus Operator made it"};
    const std::string application = labelOf(service, "app.kubernetes.io/name");
    if (application == "prometheus")
        return {80, "its label app.kubernetes.io/name is prometheus"};
    for (const char *const label : {"app", "k8s-app"}) {
        const std::string value = labelOf(service, label);
        if (value == "prometheus" || (contains(value, "prometheus") && contains(value, "stack-prometheus")))
            return {75, std::string("its label ") + label + " is " + value};
    }
    if (name == "prometheus" || name == "prometheus-server" || name == "prometheus-k8s" ||
        name == "prometheus-service" || contains(name, "kube-prometheus"))
        return {60, "it is called " + name};
    for (const char *const other : {"thanos-query", "vmsingle", "victoria-metrics-single-server"}) {
        if (application == other || contains(name, other))
            return {40, "it speaks Prometheus' HTTP API: " + name};
    }
    if (contains(name, "prometheus"))
        return {30, "it is called " + name};
    return {};
}

/// The port that serves the API: by its usual names and numbers, else the only one.
const Json *portOf(const Json &ports)
{
    const auto named = [&ports](std::initializer_list<std::string_view> names) -> const Json * {
        for (const auto name : names) {
            for (const auto &port : ports) {
                if (port.value("name", "") == name)
                    return &port;
            }
        }
        return nullptr;
    };
    for (const auto &port : ports) {
        if (port.value("port", 0) == 9090)
            return &port;
    }
    if (const auto *const found = named({"web", "http-web", "http", "https", "prometheus", "api"}))
        return found;
    return ports.size() == 1 ? &ports.front() : nullptr;
}

bool speaksTls(const Json &port)
{
    const std::string name = port.value("name", "");
    return port.value("appProtocol", "") == "https" || name.rfind("https", 0) == 0 || port.value("port", 0) == 443;
}

} // namespace

std::string PrometheusSource::describe() const
{
    return url.empty() ? nameSpace.value() + "/" + (tls ? "https:" : "") + service + ":" + port + prefix : url;
}

std::string PrometheusSource::basePath() const
{
    if (!url.empty())
        return {};
    // The API server takes the scheme and the port from the segment itself, so the colons must stay what they are.
    return "/api/v1/namespaces/" + kube::percentEncode(nameSpace.value()) + "/services/" + (tls ? "https:" : "") +
           kube::percentEncode(service) + ":" + kube::percentEncode(port) + "/proxy" + prefix;
}

core::Result<PrometheusSource> sourceFromText(const std::string &text)
{
    if (text.rfind("http://", 0) == 0 || text.rfind("https://", 0) == 0)
        return sourceFromUrl(text);
    const auto slash = text.find('/');
    if (slash == std::string::npos || slash == 0)
        return core::fail(usage(text, "the namespace is missing"));
    PrometheusSource source;
    source.nameSpace = core::Namespace(text.substr(0, slash));
    std::string rest = text.substr(slash + 1);
    const auto second = rest.find('/');
    if (second != std::string::npos) {
        source.prefix = withoutSlashes(rest.substr(second));
        rest.resize(second);
    }
    if (rest.rfind("https:", 0) == 0) {
        source.tls = true;
        rest.erase(0, 6);
    }
    const auto colon = rest.find(':');
    source.service = rest.substr(0, colon);
    source.port = colon == std::string::npos ? "9090" : rest.substr(colon + 1);
    if (source.service.empty() || source.port.empty() || contains(source.port, ":"))
        return core::fail(usage(text, "the service's name or port is missing"));
    return source;
}

std::vector<PrometheusCandidate> findPrometheus(const std::vector<Json> &services,
                                                const std::vector<std::string> &preferred)
{
    constexpr int preference = 1000;
    std::vector<PrometheusCandidate> found;
    for (const auto &service : services) {
        if (!service.is_object() || !service.contains("metadata") || !service.contains("spec"))
            continue;
        const std::string nameSpace = service["metadata"].value("namespace", "");
        const std::string name = service["metadata"].value("name", "");
        const auto ports = service["spec"].find("ports");
        if (isAccessory(service, name) || ports == service["spec"].end() || !ports->is_array())
            continue;
        Finding finding = judge(service, name);
        const Json *const port = portOf(*ports);
        if (finding.score == 0 || port == nullptr)
            continue;
        if (std::find(preferred.begin(), preferred.end(), nameSpace + "/" + name) != preferred.end()) {
            finding.score += preference;
            finding.reason = "it belongs to the application that is shown";
        }
        PrometheusSource source;
        source.nameSpace = core::Namespace(nameSpace);
        source.service = name;
        source.port = std::to_string(port->value("port", 0));
        source.tls = speaksTls(*port);
        found.push_back({std::move(source), std::move(finding.reason), finding.score});
    }
    std::sort(found.begin(), found.end(), [](const PrometheusCandidate &a, const PrometheusCandidate &b) {
        return a.score != b.score ? a.score > b.score : a.source.describe() < b.source.describe();
    });
    return found;
}

} // namespace binnacle::metrics

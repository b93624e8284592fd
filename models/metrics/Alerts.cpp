// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Alerts.h"

#include "metrics/PrometheusAnswer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace binnacle::metrics {

using core::Json;

namespace {

std::string valueOf(const Labels &labels, const std::string &name)
{
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
}

/// "exported_pod" is what a target said of a pod; "pod" beside it is then the target's own.
std::string subjectLabel(const Labels &labels, const std::string &name)
{
    const std::string exported = valueOf(labels, "exported_" + name);
    return exported.empty() ? valueOf(labels, name) : exported;
}

bool isOne(const std::string &value, const std::vector<std::string> &names)
{
    return !value.empty() && std::find(names.begin(), names.end(), value) != names.end();
}

/// The label that kube-state-metrics names a workload of this kind with.
std::string labelOfKind(std::string kind)
{
    if (kind == "Job")
        return "job_name"; // "job" is the scrape job
    std::transform(kind.begin(), kind.end(), kind.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return kind;
}

} // namespace

std::string Alert::name() const
{
    return label("alertname");
}

std::string Alert::label(const std::string &name) const
{
    return valueOf(labels, name);
}

std::string Alert::annotation(const std::string &name) const
{
    return valueOf(annotations, name);
}

std::vector<Alert> alertsFrom(const Json &data)
{
    std::vector<Alert> alerts;
    for (const auto &each : data.value("alerts", Json::array())) {
        if (!each.is_object())
            continue;
        Alert alert;
        alert.labels = labelsFrom(each.value("labels", Json::object()));
        alert.annotations = labelsFrom(each.value("annotations", Json::object()));
        alert.state = each.value("state", "") == "firing" ? AlertState::Firing : AlertState::Pending;
        alert.activeAt = each.value("activeAt", "");
        alert.value = each.value("value", "");
        alerts.push_back(std::move(alert));
    }
    std::stable_sort(alerts.begin(), alerts.end(), [](const Alert &a, const Alert &b) {
        return a.state != b.state ? a.state == AlertState::Firing : a.activeAt < b.activeAt;
    });
    return alerts;
}

bool concerns(const Alert &alert, const AlertSubject &subject)
{
    const auto named = [&](const std::string &label) { return subjectLabel(alert.labels, label); };
    const std::string nameSpace = named("namespace");
    if (nameSpace.empty() || nameSpace != subject.nameSpace)
        return false;
    const std::string workload = named(labelOfKind(subject.kind));
    if (!workload.empty())
        return workload == subject.name;
    if (const std::string pod = named("pod"); !pod.empty())
        return isOne(pod, subject.pods);
    if (const std::string volume = named("persistentvolumeclaim"); !volume.empty())
        return isOne(volume, subject.volumes);
    const std::string service = named("service");
    const std::string job = alert.label("job");
    return isOne(service, subject.services) || job == subject.name || isOne(job, subject.services);
}

} // namespace binnacle::metrics

// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/ObjectRow.h"

#include <nlohmann/json.hpp>

namespace binnacle::items {

namespace {

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

int integer(const core::Json &object, const char *path, int fallback)
{
    const core::Json::json_pointer pointer(path);
    return object.contains(pointer) && object[pointer].is_number_integer() ? object[pointer].get<int>() : fallback;
}

void countPod(const kube::PodRecord &pod, ObjectRow &row)
{
    row.ready = 0;
    row.desired = 0;
    row.restarts = 0;
    row.node = toQt(pod.node.str());
    for (const auto &container : pod.containers) {
        row.restarts += container.restarts;
        if (container.init && !container.sidecar)
            continue;
        ++row.desired;
        row.ready += container.ready ? 1 : 0;
    }
}

void countWorkload(const core::Json &object, const std::string &kind, ObjectRow &row)
{
    if (kind == "DaemonSet") {
        row.desired = integer(object, "/status/desiredNumberScheduled", 0);
        row.ready = integer(object, "/status/numberReady", 0);
    } else if (kind == "Deployment" || kind == "StatefulSet") {
        row.desired = integer(object, "/spec/replicas", 1);
        row.ready = integer(object, "/status/readyReplicas", 0);
    }
}

} // namespace

QString ObjectRow::labelText() const
{
    QString text;
    for (const auto &[key, value] : labels)
        text += (text.isEmpty() ? QString() : QStringLiteral(",")) + toQt(key.str() + "=" + value.str());
    return text;
}

ObjectRow rowOf(const kube::ObjectRecord &record, const cluster::Store &store)
{
    ObjectRow row;
    row.key = record.key();
    row.name = toQt(record.meta.name);
    row.nameSpace = toQt(record.meta.nameSpace.str());
    row.health = cluster::healthOf(record, store);
    row.created = record.meta.created;
    row.labels = record.meta.labels;
    if (const auto *pod = std::get_if<kube::PodRecord>(&record.body)) {
        countPod(*pod, row);
    } else if (const auto *set = std::get_if<kube::ReplicaSetRecord>(&record.body)) {
        row.ready = set->ready;
        row.desired = set->desired;
    } else if (const auto *job = std::get_if<kube::JobRecord>(&record.body)) {
        row.ready = job->succeeded;
        row.desired = job->completions;
    } else if (const auto *json = record.json()) {
        countWorkload(*json, record.gvk.kind, row);
    }
    return row;
}

} // namespace binnacle::items

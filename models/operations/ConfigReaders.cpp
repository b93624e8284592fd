// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ConfigReaders.h"

#include "core/Futures.h"
#include "operations/FieldManagers.h"
#include "operations/ObjectPlans.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;

const std::vector<core::GroupVersionKind> &kindsThatRead()
{
    static const std::vector<core::GroupVersionKind> kinds{{"", "v1", "Pod"},
                                                           {"apps", "v1", "ReplicaSet"},
                                                           {"apps", "v1", "Deployment"},
                                                           {"apps", "v1", "StatefulSet"},
                                                           {"apps", "v1", "DaemonSet"},
                                                           {"batch", "v1", "Job"},
                                                           {"batch", "v1", "CronJob"},
                                                           {"", "v1", "ServiceAccount"},
                                                           {"networking.k8s.io", "v1", "Ingress"}};
    return kinds;
}

bool hasController(const Json &object)
{
    const auto owners = object.value(Json::json_pointer("/metadata/ownerReferences"), Json::array());
    return std::any_of(owners.begin(), owners.end(),
                       [](const Json &owner) { return owner.value("controller", false); });
}

/// All that could be listed, as one list of objects with their kinds.
Result<std::vector<Json>> gathered(std::vector<Result<Json>> lists, std::vector<std::string> &unread)
{
    std::vector<Json> objects;
    for (std::size_t index = 0; index < lists.size(); ++index) {
        const auto &kind = kindsThatRead()[index];
        auto &list = lists[index];
        if (!list && list.error().kind == core::ErrorKind::Forbidden)
            unread.push_back(kind.kind);
        else if (!list && list.error().kind != core::ErrorKind::Unsupported &&
                 list.error().kind != core::ErrorKind::NotFound)
            return core::fail(std::move(list.error()));
        if (!list || !list->contains("items"))
            continue;
        for (Json &item : (*list)["items"]) { // servers leave both out of a list's items
            item["kind"] = kind.kind;
            item["apiVersion"] = kind.apiVersion();
            objects.push_back(std::move(item));
        }
    }
    return objects;
}

void add(std::vector<kube::ObjectKey> &keys, const kube::ObjectKey &key)
{
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
        keys.push_back(key);
}

ConfigReaders readersOf(const std::vector<Json> &objects, const Json &config, const kube::ObjectKey &key,
                        const std::string &entry, const stack::KnownWrites &known, std::vector<std::string> unread)
{
    ConfigReaders readers;
    std::vector<Json> own;
    std::copy_if(objects.begin(), objects.end(), std::back_inserter(own),
                 [](const Json &object) { return !hasController(object); });
    readers.users = stack::configUsers(own, key, entry);
    readers.stale = stack::staleContainers(objects, config, entry, known);
    readers.unread = std::move(unread);
    return readers;
}

std::vector<std::string> keysWrittenBy(const runbook::Plan &plan, const kube::ObjectKey &config)
{
    std::vector<std::string> keys;
    for (const auto &step : plan.steps) {
        for (const auto &task : step.tasks) {
            if (task.object != config)
                continue;
            if (const auto *secret = std::get_if<runbook::SecretEditTask>(&task.work)) {
                keys.insert(keys.end(), secret->written.begin(), secret->written.end());
                keys.insert(keys.end(), secret->removed.begin(), secret->removed.end());
            } else if (const auto *edit = std::get_if<runbook::EditTask>(&task.work)) {
                for (const auto &field : edit->fields)
                    keys.push_back(field.path.substr(field.path.rfind('/') + 1));
            }
        }
    }
    return keys;
}

} // namespace

std::vector<kube::ObjectKey> ConfigReaders::toRestart(const std::vector<std::string> &keys) const
{
    std::vector<kube::ObjectKey> workloads;
    for (const auto &user : users) {
        const bool meant =
            keys.empty() || user.key.empty() || std::find(keys.begin(), keys.end(), user.key) != keys.end();
        if (meant && stack::needsRestart(user.use) && isRestartable(user.object.kind))
            add(workloads, user.object);
    }
    return workloads;
}

std::vector<kube::ObjectKey> ConfigReaders::staleWorkloads() const
{
    std::vector<kube::ObjectKey> workloads;
    for (const auto &container : stale) {
        if (container.workload)
            add(workloads, *container.workload);
    }
    return workloads;
}

std::vector<kube::ObjectKey> ConfigReaders::stalePods() const
{
    std::vector<kube::ObjectKey> pods;
    for (const auto &container : stale) {
        if (!container.workload)
            add(pods, container.pod);
    }
    return pods;
}

stack::KnownWrites knownWrites(const runbook::Journal &journal, const runbook::Target &target,
                               const kube::ObjectKey &config)
{
    stack::KnownWrites writes;
    const auto runbooks = journal.runbooksOf(target, config.describe());
    for (const auto &summary : runbooks ? *runbooks : std::vector<runbook::RunbookSummary>()) {
        const auto plan = journal.plan(summary.id);
        const auto entries = journal.audit(summary.id);
        if (!plan || !entries)
            continue;
        const auto keys = keysWrittenBy(*plan, config);
        for (const auto &entry : *entries) {
            if (entry.type != "outcome" || entry.object != config.describe() || !entry.error.empty())
                continue;
            for (const auto &key : keys)
                writes[key] = std::max(writes[key], entry.at);
        }
    }
    return writes;
}

QFuture<Result<ConfigReaders>> configReaders(std::shared_ptr<kube::Client> client, const kube::ObjectKey &config,
                                             const std::string &key, const stack::KnownWrites &known,
                                             core::CancellationToken token)
{
    return core::chain<ConfigReaders>(
        withManagers(client, config, token), [client, config, key, known, token](const Result<Json> &object) {
            if (!object)
                return core::ready(Result<ConfigReaders>(core::fail(object.error())));
            std::vector<QFuture<Result<Json>>> lists;
            for (const auto &kind : kindsThatRead())
                lists.push_back(client->list(kind.groupKind(), config.nameSpace, {}, token));
            return core::then(
                core::settle(lists),
                [config, key, known, object = *object](Result<std::vector<Result<Json>>> all) -> Result<ConfigReaders> {
                    std::vector<std::string> unread;
                    const auto objects = gathered(std::move(*all), unread);
                    if (!objects)
                        return core::fail(objects.error());
                    return readersOf(*objects, object, config, key, known, std::move(unread));
                });
        });
}

std::string describe(const stack::ConfigUser &user)
{
    const std::string container = user.container.empty() ? std::string() : " of container " + user.container;
    switch (user.use) {
    case stack::ConfigUse::Environment:
        return "variable " + user.name + container + ", read when it starts";
    case stack::ConfigUse::AllEnvironment:
        return "every key as a variable" + container + ", read when it starts";
    case stack::ConfigUse::Volume:
        return "files in " + user.name + container + ", brought up to date by themselves within minutes";
    case stack::ConfigUse::FixedVolume:
        return "file " + user.name + container + " (subPath), read when it starts";
    case stack::ConfigUse::InitVolume:
        return "files in " + user.name + " of init container " + user.container + ", read when the pod starts";
    case stack::ConfigUse::ImagePull:
        return "pulls images with it";
    case stack::ConfigUse::IngressTls:
        return "TLS" + (user.name.empty() ? std::string() : " of " + user.name) + ", taken up at once";
    case stack::ConfigUse::ServiceAccount:
        return "names it among its secrets";
    }
    return {};
}

} // namespace binnacle::operations

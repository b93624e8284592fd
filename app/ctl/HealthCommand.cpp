// SPDX-License-Identifier: GPL-3.0-or-later
#include "HealthCommand.h"

#include "Await.h"
#include "HealthColour.h"
#include "ManifestFiles.h"
#include "ObservedCluster.h"
#include "TextTable.h"
#include "kube/RecordDecoder.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace binnacle::ctl {

namespace {

/// Kinds that only say something about others: a row of their own would be noise.
[[nodiscard]] bool isOnlySupport(const kube::ObjectRecord &record)
{
    static constexpr std::array<std::string_view, 6> kinds = {"Event",  "EndpointSlice",  "Endpoints",
                                                              "Secret", "ServiceAccount", "ConfigMap"};
    if (std::find(kinds.begin(), kinds.end(), record.gvk.kind) != kinds.end())
        return true;
    // Old revisions that a Deployment keeps for its history.
    const auto *const replicaSet = std::get_if<kube::ReplicaSetRecord>(&record.body);
    return replicaSet != nullptr && replicaSet->desired == 0 && replicaSet->replicas == 0;
}

[[nodiscard]] std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

} // namespace

CLI::App *HealthCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("health", "Judge how healthy objects are, and say why");
    command
        ->add_option("-f,--filename", m_files, "Judge the objects in these files (JSON or YAML; - is standard input)")
        ->expected(1)
        ->take_all();
    m_objects.declare(*command, false);
    command->footer(
        "A state other than Healthy is an answer, not a failure: the exit status is 0 once the judgement is made.");
    return command;
}

core::Result<void> HealthCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    if (auto checked = m_objects.check(); !checked)
        return checked;
    const auto rows = !m_files.empty()           ? ofFiles(environment)
                      : m_objects.kind().empty() ? ofCluster(environment)
                                                 : ofObject(environment);
    if (!rows)
        return core::fail(rows.error());
    print(environment, *rows);
    return {};
}

bool HealthCommand::isWanted(const kube::ObjectKey &key) const
{
    const std::string &kind = m_objects.kind();
    return (kind.empty() || lower(key.kind.kind) == lower(kind)) &&
           (m_objects.name().empty() || key.name == m_objects.name());
}

core::Result<std::vector<HealthCommand::Row>> HealthCommand::ofFiles(const Environment &environment) const
{
    cluster::Store store(environment.clock);
    core::StringPool pool;
    std::vector<kube::RecordPointer> records;
    for (const auto &file : m_files) {
        auto objects = readManifests(file);
        if (!objects)
            return core::fail(std::move(objects.error()));
        for (auto &object : *objects) {
            records.push_back(kube::recordFromJson(std::move(object), pool));
            store.upsert(records.back());
        }
    }
    std::vector<Row> rows;
    for (const auto &record : records) {
        if (isWanted(record->key()))
            rows.push_back({record->gvk, record->key(), cluster::healthOf(*record, store)});
    }
    return rows;
}

core::Result<std::vector<HealthCommand::Row>> HealthCommand::ofCluster(const Environment &environment) const
{
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    ObservedCluster observed(environment, *session);
    const auto scope = m_objects.scope(*session);
    auto feeds = cluster::ClusterObserver::applicationFeeds({scope});
    if (auto synced = observed.sync(feeds); !synced)
        return core::fail(std::move(synced.error()));
    std::vector<Row> rows;
    for (const auto &feed : feeds) {
        for (const auto &record : observed.store().list(feed.kind, feed.nameSpace)) {
            if (!isOnlySupport(*record))
                rows.push_back({record->gvk, record->key(), cluster::healthOf(*record, observed.store())});
        }
    }
    return rows;
}

core::Result<std::vector<HealthCommand::Row>> HealthCommand::ofObject(const Environment &environment) const
{
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto resource = m_objects.resource(*session);
    if (!resource)
        return core::fail(resource.error());
    const auto scope = m_objects.scope(*session);
    const cluster::Feed feed{resource->gvk().groupKind(), resource->namespaced ? scope : core::Namespace()};
    auto feeds = cluster::ClusterObserver::applicationFeeds({scope});
    if (std::find(feeds.begin(), feeds.end(), feed) == feeds.end())
        feeds.push_back(feed);
    ObservedCluster observed(environment, *session);
    if (auto synced = observed.sync(std::move(feeds)); !synced)
        return core::fail(std::move(synced.error()));
    const auto &store = observed.store();
    std::vector<Row> rows;
    for (const auto &record : store.list(feed.kind, feed.nameSpace)) {
        if (m_objects.name().empty() || record->meta.name == m_objects.name())
            rows.push_back({record->gvk, record->key(), cluster::healthOf(*record, store)});
    }
    if (rows.empty() && !m_objects.name().empty()) {
        const kube::ObjectKey key{feed.kind, feed.nameSpace, m_objects.name()};
        rows.push_back({resource->gvk(), key, cluster::healthOf(key, store)});
    }
    return rows;
}

void HealthCommand::print(const Environment &environment, const std::vector<Row> &rows) const
{
    core::Json list = core::Json::array();
    TextTable table({"STATE", "NAMESPACE", "KIND", "NAME", "REASON"});
    for (const auto &row : rows) {
        list.push_back({{"apiVersion", row.gvk.apiVersion()},
                        {"kind", row.gvk.kind},
                        {"namespace", row.key.nameSpace.value()},
                        {"name", row.key.name},
                        {"state", cluster::toString(row.health.state)},
                        {"reason", row.health.reason}});
        table.add({{cluster::toString(row.health.state), colourOf(row.health.state)},
                   row.key.nameSpace.value(),
                   row.gvk.kind,
                   row.key.name,
                   row.health.reason});
    }
    if (printStructured(environment, list))
        return;
    if (rows.empty())
        environment.console.message("Nothing to judge here.");
    else
        environment.console.print(table.text(environment.console));
}

} // namespace binnacle::ctl

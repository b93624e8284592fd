// SPDX-License-Identifier: GPL-3.0-or-later
#include "TopCommand.h"

#include "Await.h"
#include "TextTable.h"
#include "core/Quantity.h"
#include "metrics/Overview.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <regex>

namespace binnacle::ctl {

namespace {

using core::Json;
using metrics::Usage;

void add(std::optional<double> &sum, const std::optional<double> &more)
{
    if (more)
        sum = sum.value_or(0) + *more;
}

void add(Usage &sum, const Usage &more)
{
    add(sum.cores, more.cores);
    add(sum.bytes, more.bytes);
}

std::optional<double> quantity(const Json &resources, const char *name)
{
    const auto found = resources.find(name);
    if (found == resources.end() || !found->is_string())
        return std::nullopt;
    const auto parsed = core::Quantity::parse(found->get<std::string>());
    return parsed ? std::optional(static_cast<double>(parsed->milliValue()) / 1000) : std::nullopt;
}

Usage amounts(const Json &resources)
{
    return resources.is_object() ? Usage{quantity(resources, "cpu"), quantity(resources, "memory")} : Usage();
}

std::string text(const std::optional<double> &value, metrics::Unit unit)
{
    return value ? metrics::valueText(*value, unit) : "-";
}

/// "40%" of what is beside it; amber and red as everywhere (80 and 90 %).
TextTable::Cell share(const std::optional<double> &used, const std::optional<double> &of)
{
    if (!used || !of || *of <= 0)
        return "-";
    const double part = *used / *of;
    const Colour colour = part >= 0.9 ? Colour::Red : part >= 0.8 ? Colour::Yellow : Colour::None;
    return {std::to_string(std::lround(part * 100)) + "%", colour};
}

Json toJson(const Usage &usage)
{
    Json json = Json::object();
    if (usage.cores)
        json["cpu"] = *usage.cores;
    if (usage.bytes)
        json["memory"] = *usage.bytes;
    return json;
}

template <typename Item>
void tellOrigin(const Environment &environment, const metrics::Measured<Item> &measured)
{
    for (const auto &problem : measured.problems)
        environment.console.message("warning: " + problem);
    if (measured.origin != metrics::UsageOrigin::MetricsApi)
        environment.console.message(std::string("These numbers come from ") + metrics::describe(measured.origin) + ".");
}

} // namespace

CLI::App *TopCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("top", "Show what pods, nodes and components use now");
    command->require_subcommand(1);
    m_pods = command->add_subcommand("pods", "Of a namespace, beside what they requested and may use");
    m_pods->add_flag("-A,--all-namespaces", m_allNamespaces, "Of all namespaces");
    m_pods->add_flag("--containers", m_containers, "A line for each container");
    m_nodes = command->add_subcommand("nodes", "Beside what their pods may ask for");
    m_components = command->add_subcommand("components", "Of a stack");
    m_stack.declare(*m_components);
    for (auto *const each : {m_pods, m_nodes, m_components})
        each->add_option("--sort", m_sort, "cpu or memory; else by name")->check(CLI::IsMember({"cpu", "memory"}));
    command->footer(
        "From metrics.k8s.io; where the cluster has none, from the kubelets' summaries (get on nodes/proxy); else "
        "from a Prometheus that scrapes them. Which one is said.");
    return command;
}

core::Result<void> TopCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    auto rows = m_nodes->parsed()  ? nodes(environment, *session)
                : m_pods->parsed() ? pods(environment, *session)
                                   : components(environment, *session);
    if (!rows)
        return core::fail(std::move(rows.error()));
    print(environment, std::move(*rows));
    return {};
}

TopCommand::Rows TopCommand::rowsOf(const Environment &environment, const ClusterSession &session,
                                    const core::Namespace &nameSpace, bool containers) const
{
    const auto token = environment.interrupt.token();
    const auto listing = session.client->list({"", "Pod"}, nameSpace, {}, token);
    const auto measured = await(metrics::measureContainers(session.client, nameSpace, token));
    if (!measured)
        return core::fail(measured.error());
    tellOrigin(environment, *measured);
    std::map<std::pair<std::string, std::string>, Row> rows;
    const auto rowOf = [&](const std::string &space, const std::string &pod, const std::string &container) -> Row & {
        Row &row = rows[{space, containers ? pod + " " + container : pod}];
        row.nameSpace = space;
        row.name = containers ? pod + " " + container : pod;
        return row;
    };
    for (const auto &each : measured->items)
        add(rowOf(each.nameSpace, each.pod, each.container).usage, each.usage);
    const auto pods = await(listing);
    if (!pods)
        environment.console.message("warning: what was requested is not known: " + pods.error().message);
    for (const Json &pod : pods ? pods->value("items", Json::array()) : Json::array()) {
        const std::string space = pod["metadata"].value("namespace", "");
        const std::string name = pod["metadata"].value("name", "");
        for (const Json &container : pod["spec"].value("containers", Json::array())) {
            const std::string key = containers ? name + " " + container.value("name", "") : name;
            const auto row = rows.find({space, key});
            if (row == rows.end())
                continue;
            const Json resources = container.value("resources", Json::object());
            add(row->second.requests, amounts(resources.value("requests", Json::object())));
            add(row->second.limits, amounts(resources.value("limits", Json::object())));
        }
    }
    std::vector<Row> list;
    for (auto &[key, row] : rows)
        list.push_back(std::move(row));
    return list;
}

TopCommand::Rows TopCommand::pods(const Environment &environment, const ClusterSession &session) const
{
    return rowsOf(environment, session, m_allNamespaces ? core::Namespace() : session.nameSpace, m_containers);
}

TopCommand::Rows TopCommand::nodes(const Environment &environment, const ClusterSession &session) const
{
    const auto token = environment.interrupt.token();
    const auto measured = await(metrics::measureNodes(session.client, token));
    if (!measured)
        return core::fail(measured.error());
    tellOrigin(environment, *measured);
    const auto nodes = await(session.client->list({"", "Node"}, {}, {}, token));
    std::map<std::string, Usage> allocatable;
    for (const Json &node : nodes ? nodes->value("items", Json::array()) : Json::array())
        allocatable[node["metadata"].value("name", "")] =
            amounts(node.value("/status/allocatable"_json_pointer, Json::object()));
    std::vector<Row> rows;
    for (const auto &each : measured->items)
        rows.push_back({{}, each.name, each.usage, allocatable[each.name], allocatable[each.name], 0});
    return rows;
}

TopCommand::Rows TopCommand::components(const Environment &environment, const ClusterSession &session) const
{
    const auto stack = m_stack.load();
    if (!stack)
        return core::fail(stack.error());
    std::vector<Row> rows;
    for (const auto &nameSpace : stack->nameSpaces) {
        const auto pods = rowsOf(environment, session, nameSpace, false);
        if (!pods)
            return core::fail(pods.error());
        for (const auto &component : stack->components) {
            const auto &workload = component.workload;
            if (workload.nameSpace != nameSpace || workload.kind.kind == "Ingress")
                continue;
            std::string pattern = metrics::podPattern({workload.kind.kind, nameSpace.value(), workload.name, {}});
            // Written for a PromQL string, where a backslash is doubled.
            for (auto at = pattern.find("\\\\"); at != std::string::npos; at = pattern.find("\\\\", at + 1))
                pattern.erase(at, 1);
            const std::regex names(pattern);
            Row row{nameSpace.value(), component.id, {}, {}, {}, 0};
            for (const Row &pod : *pods) {
                if (!std::regex_match(pod.name, names))
                    continue;
                add(row.usage, pod.usage);
                add(row.requests, pod.requests);
                add(row.limits, pod.limits);
                ++row.pods;
            }
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

void TopCommand::print(const Environment &environment, std::vector<Row> rows) const
{
    if (!m_sort.empty())
        std::stable_sort(rows.begin(), rows.end(), [this](const Row &a, const Row &b) {
            return m_sort == "cpu" ? a.usage.cores.value_or(0) > b.usage.cores.value_or(0)
                                   : a.usage.bytes.value_or(0) > b.usage.bytes.value_or(0);
        });
    const bool isNodes = m_nodes->parsed();
    const bool isComponents = m_components->parsed();
    Json json = Json::array();
    TextTable table(isNodes ? std::vector<std::string>{"NODE", "CPU", "ALLOCATABLE", "%", "MEMORY", "ALLOCATABLE", "%"}
                            : std::vector<std::string>{"NAMESPACE", isComponents ? "COMPONENT" : "POD", "CPU",
                                                       "REQUESTED", "LIMIT", "%", "MEMORY", "REQUESTED", "LIMIT", "%"});
    for (const Row &row : rows) {
        Json entry = {{"name", row.name}, {"usage", toJson(row.usage)}};
        entry[isNodes ? "allocatable" : "limits"] = toJson(row.limits);
        std::vector<TextTable::Cell> cells;
        if (!isNodes) {
            entry["namespace"] = row.nameSpace;
            entry["requests"] = toJson(row.requests);
            cells.emplace_back(row.nameSpace);
        }
        if (isComponents)
            entry["pods"] = row.pods;
        cells.emplace_back(row.name);
        for (const auto part : {&Usage::cores, &Usage::bytes}) {
            const auto unit = part == &Usage::cores ? metrics::Unit::Cores : metrics::Unit::Bytes;
            cells.emplace_back(text(row.usage.*part, unit));
            if (!isNodes)
                cells.emplace_back(text(row.requests.*part, unit));
            cells.emplace_back(text(row.limits.*part, unit));
            cells.push_back(share(row.usage.*part, row.limits.*part));
        }
        json.push_back(std::move(entry));
        table.add(std::move(cells));
    }
    if (printStructured(environment, json))
        return;
    if (rows.empty())
        environment.console.message("No pod is measured there: either none runs, or none has been measured yet.");
    else
        environment.console.print(table.text(environment.console));
}

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Topology.h"

#include <nlohmann/json.hpp>

namespace binnacle::stack {

namespace {

using core::Json;

const char *toString(FlowKind kind)
{
    switch (kind) {
    case FlowKind::Request:
        return "request";
    case FlowKind::Scrape:
        return "scrape";
    case FlowKind::Logs:
        return "logs";
    }
    return "request";
}

std::string quoted(const std::string &text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + "\"";
}

const char *dotColour(cluster::HealthState state)
{
    switch (state) {
    case cluster::HealthState::Healthy:
        return "#2e7d32";
    case cluster::HealthState::Suspended:
        return "#5e6a75";
    case cluster::HealthState::Progressing:
        return "#1565c0";
    case cluster::HealthState::Unknown:
        return "#7b5ea7";
    case cluster::HealthState::Missing:
        return "#b26a00";
    case cluster::HealthState::Degraded:
        return "#c62828";
    }
    return "#7b5ea7";
}

} // namespace

Json Topology::toJson() const
{
    Json json{{"namespaces", Json::array()}, {"components", Json::array()}, {"flows", Json::array()}};
    for (const NamespaceState &state : nameSpaces) {
        Json quota = Json::array();
        for (const auto &gauge : state.quota)
            quota.push_back({{"resource", gauge.resource},
                             {"used", gauge.used},
                             {"hard", gauge.hard},
                             {"fraction", gauge.fraction}});
        json["namespaces"].push_back({{"name", state.name.value()},
                                      {"state", cluster::toString(state.worst.state)},
                                      {"reason", state.worst.reason},
                                      {"quota", std::move(quota)}});
    }
    for (const ComponentState &state : components)
        json["components"].push_back({{"id", state.component.id},
                                      {"namespace", state.component.workload.nameSpace.value()},
                                      {"kind", state.component.workload.kind.kind},
                                      {"name", state.component.workload.name},
                                      {"state", cluster::toString(state.health.state)},
                                      {"reason", state.health.reason},
                                      {"ready", state.ready},
                                      {"desired", state.desired}});
    for (const FlowState &state : flows) {
        Json flow{{"from", state.flow.from},         {"to", state.flow.to},
                  {"protocol", state.flow.protocol}, {"port", state.flow.port},
                  {"evidence", state.flow.evidence}, {"kind", toString(state.flow.kind)},
                  {"broken", state.broken}};
        if (state.broken)
            flow["reason"] = state.reason;
        json["flows"].push_back(std::move(flow));
    }
    return json;
}

std::string Topology::toDot() const
{
    std::string dot = "digraph topology {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n";
    std::size_t index = 0;
    for (const NamespaceState &nameSpace : nameSpaces) {
        dot +=
            "  subgraph cluster_" + std::to_string(index++) + " {\n    label=" + quoted(nameSpace.name.value()) + ";\n";
        for (const ComponentState &state : components) {
            if (!(state.component.workload.nameSpace == nameSpace.name))
                continue;
            const std::string label = state.component.workload.name + "\n" + state.component.workload.kind.kind + " " +
                                      std::to_string(state.ready) + "/" + std::to_string(state.desired) + "\n" +
                                      cluster::toString(state.health.state);
            dot += "    " + quoted(state.component.id) + " [label=" + quoted(label) +
                   ", color=" + quoted(dotColour(state.health.state)) + "];\n";
        }
        dot += "  }\n";
    }
    for (const FlowState &state : flows) {
        dot += "  " + quoted(state.flow.from) + " -> " + quoted(state.flow.to);
        dot += " [label=" + quoted(state.flow.port == 0 ? state.flow.protocol
                                                        : state.flow.protocol + " " + std::to_string(state.flow.port));
        if (state.flow.kind != FlowKind::Request)
            dot += ", style=dashed";
        dot += state.broken ? ", color=" + quoted("#c62828") + "];\n" : std::string("];\n");
    }
    return dot + "}\n";
}

} // namespace binnacle::stack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyReferences.h"

#include "cluster/rules/Fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace binnacle::stack {

namespace {

using cluster::rules::at;
using cluster::rules::Path;
using cluster::rules::text;
using core::Json;

bool isHostCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

std::vector<std::string> labelsOf(std::string_view host)
{
    std::vector<std::string> labels;
    std::size_t begin = 0;
    while (begin <= host.size()) {
        const std::size_t end = std::min(host.find('.', begin), host.size());
        labels.emplace_back(host.substr(begin, end - begin));
        begin = end + 1;
    }
    return labels;
}

bool endsInOrdinal(const std::string &label)
{
    const std::size_t dash = label.rfind('-');
    return dash != std::string::npos && dash + 1 < label.size() &&
           std::all_of(label.begin() + static_cast<std::ptrdiff_t>(dash) + 1, label.end(),
                       [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

/// The port in ":5432" at `position`, or 0.
int portAt(std::string_view all, std::size_t position)
{
    if (position >= all.size() || all[position] != ':')
        return 0;
    int port = 0;
    std::size_t i = position + 1;
    for (; i < all.size() && std::isdigit(static_cast<unsigned char>(all[i])) != 0 && port <= 65535; ++i)
        port = port * 10 + (all[i] - '0');
    return port <= 65535 ? port : 0;
}

/// Does the setting's name speak of another host?
bool namesHost(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const std::string_view word : {"host", "addr", "endpoint", "url", "uri", "server", "service", "broker", "dsn"})
        if (name.find(word) != std::string::npos)
            return true;
    return false;
}

/// "key: value", "key = value", "KEY=value": is `position` the start of the value of a host setting?
bool isHostSetting(std::string_view all, std::size_t position)
{
    const std::size_t newline = all.rfind('\n', position);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    std::string_view key = all.substr(begin, position - begin);
    while (!key.empty() && (key.back() == ' ' || key.back() == '"' || key.back() == '\''))
        key.remove_suffix(1);
    if (key.empty() || (key.back() != ':' && key.back() != '='))
        return false;
    return namesHost(std::string(key));
}

struct Token
{
    std::string_view text;
    std::size_t begin, end;
};

std::vector<Token> tokensOf(std::string_view all)
{
    std::vector<Token> tokens;
    std::size_t i = 0;
    while (i < all.size()) {
        if (!isHostCharacter(all[i])) {
            ++i;
            continue;
        }
        const std::size_t begin = i;
        while (i < all.size() && isHostCharacter(all[i]))
            ++i;
        std::string_view token = all.substr(begin, i - begin);
        while (!token.empty() && token.back() == '.')
            token.remove_suffix(1);
        if (!token.empty())
            tokens.push_back({token, begin, begin + token.size()});
    }
    return tokens;
}

void readSources(const Json &podTemplate, const std::string &nameSpace, const cluster::Store &store,
                 std::set<std::string> &read, std::vector<ConfigurationText> &texts)
{
    const auto add = [&](const std::string &name) {
        const kube::RecordPointer map = store.find({{"", "ConfigMap"}, core::Namespace(nameSpace), name});
        if (name.empty() || !map || !map->json() || !read.insert(name).second)
            return;
        const Json *data = at(*map->json(), {"data"});
        if (!data || !data->is_object())
            return;
        for (const auto &entry : data->items())
            if (entry.value().is_string())
                texts.push_back({"config map " + name, entry.value().get<std::string>(), namesHost(entry.key())});
    };
    const Json *volumes = at(podTemplate, {"spec", "volumes"});
    if (!volumes || !volumes->is_array())
        return;
    for (const Json &volume : *volumes) {
        add(text(volume, {"configMap", "name"}));
        const Json *sources = at(volume, {"projected", "sources"});
        if (sources && sources->is_array())
            for (const Json &source : *sources)
                add(text(source, {"configMap", "name"}));
    }
}

std::string configMapValue(const std::string &nameSpace, const std::string &name, const std::string &key,
                           const cluster::Store &store)
{
    const kube::RecordPointer map = store.find({{"", "ConfigMap"}, core::Namespace(nameSpace), name});
    return map && map->json() ? text(*map->json(), {"data", key.c_str()}) : std::string();
}

void readContainer(const Json &container, const std::string &nameSpace, const cluster::Store &store,
                   std::vector<ConfigurationText> &texts)
{
    const Json *env = at(container, {"env"});
    if (env && env->is_array()) {
        for (const Json &entry : *env) {
            const std::string name = text(entry, {"name"});
            std::string value = text(entry, {"value"});
            if (value.empty())
                value = configMapValue(nameSpace, text(entry, {"valueFrom", "configMapKeyRef", "name"}),
                                       text(entry, {"valueFrom", "configMapKeyRef", "key"}), store);
            if (!value.empty())
                texts.push_back({"env " + name, std::move(value), namesHost(name)});
        }
    }
    const Json *from = at(container, {"envFrom"});
    if (from && from->is_array()) {
        for (const Json &source : *from) {
            const std::string name = text(source, {"configMapRef", "name"});
            const kube::RecordPointer map = store.find({{"", "ConfigMap"}, core::Namespace(nameSpace), name});
            const Json *data = map && map->json() ? at(*map->json(), {"data"}) : nullptr;
            if (!data || !data->is_object())
                continue;
            for (const auto &entry : data->items())
                if (entry.value().is_string())
                    texts.push_back({"env " + entry.key() + " (config map " + name + ")",
                                     entry.value().get<std::string>(), namesHost(entry.key())});
        }
    }
    for (const char *list : {"command", "args"}) {
        const Json *arguments = at(container, {list});
        if (!arguments || !arguments->is_array())
            continue;
        for (const Json &argument : *arguments)
            if (argument.is_string())
                texts.push_back(
                    {"arguments of container " + text(container, {"name"}), argument.get<std::string>(), false});
    }
}

} // namespace

ServiceNames::ServiceNames(const cluster::Store &store)
{
    for (const auto &service : store.list({"", "Service"}))
        m_names[service->meta.nameSpace.str()].insert(service->meta.name);
}

bool ServiceNames::has(const std::string &nameSpace, const std::string &name) const
{
    const auto found = m_names.find(nameSpace);
    return found != m_names.end() && found->second.count(name) != 0;
}

std::vector<ServiceMention> mentionsIn(std::string_view all, const std::string &nameSpace, bool hosts,
                                       const ServiceNames &services)
{
    std::vector<ServiceMention> mentions;
    for (const Token &token : tokensOf(all)) {
        const std::vector<std::string> labels = labelsOf(token.text);
        const int port = portAt(all, token.end);
        const auto svc = std::find(labels.begin(), labels.end(), "svc");
        if (svc - labels.begin() >= 2 && svc != labels.end()) {
            if (services.has(*(svc - 1), *(svc - 2)))
                mentions.push_back({*(svc - 1), *(svc - 2), port});
            continue;
        }
        if (labels.size() == 2) {
            if (services.has(labels[1], labels[0]))
                mentions.push_back({labels[1], labels[0], port});
            else if (endsInOrdinal(labels[0]) && services.has(nameSpace, labels[1]))
                mentions.push_back({nameSpace, labels[1], port});
            continue;
        }
        if (labels.size() != 1 || !services.has(nameSpace, labels[0]))
            continue;
        const bool afterHostMark =
            token.begin > 0 && (all[token.begin - 1] == '@' ||
                                (token.begin > 1 && all[token.begin - 1] == '/' && all[token.begin - 2] == '/'));
        const bool whole = token.text.size() == all.size() && hosts;
        if (afterHostMark || port != 0 || whole || isHostSetting(all, token.begin))
            mentions.push_back({nameSpace, labels[0], port});
    }
    std::sort(mentions.begin(), mentions.end());
    mentions.erase(std::unique(mentions.begin(), mentions.end()), mentions.end());
    return mentions;
}

std::vector<ConfigurationText> configurationOf(const Json &podTemplate, const std::string &nameSpace,
                                               const cluster::Store &store)
{
    std::vector<ConfigurationText> texts;
    for (const char *list : {"initContainers", "containers"}) {
        const Json *containers = at(podTemplate, {"spec", list});
        if (containers && containers->is_array())
            for (const Json &container : *containers)
                readContainer(container, nameSpace, store, texts);
    }
    std::set<std::string> read;
    readSources(podTemplate, nameSpace, store, read, texts);
    return texts;
}

} // namespace binnacle::stack

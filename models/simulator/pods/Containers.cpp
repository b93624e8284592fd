// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/Containers.h"

#include "simulator/Selector.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

std::string uidOf(const Json &object)
{
    return textAt(object, {"metadata", "uid"});
}

/// The uid of the claim that one of the container's mounts is on; empty: it has none.
std::string claimOf(const Storage &storage, const Json &pod, const Json &container)
{
    for (const Json &mount : at(container, {"volumeMounts"}))
        for (const Json &volume : at(pod, {"spec", "volumes"})) {
            if (at(volume, {"name"}) != at(mount, {"name"}))
                continue;
            const std::string claim = textAt(volume, {"persistentVolumeClaim", "claimName"});
            const auto stored = storage.get("persistentvolumeclaims", {nameOf(pod).nameSpace, claim});
            if (stored)
                return uidOf(stored->object());
        }
    return {};
}

std::string valueOr(const Variables &variables, const char *name, const std::string &otherwise)
{
    const auto found = variables.find(name);
    return found == variables.end() || found->second.empty() ? otherwise : found->second;
}

} // namespace

void Containers::start(const Json &pod)
{
    for (const Json &spec : at(pod, {"spec", "containers"})) {
        auto container = std::make_shared<Container>();
        container->nameSpace = nameOf(pod).nameSpace;
        container->pod = nameOf(pod).name;
        container->name = textAt(spec, {"name"});
        container->image = textAt(spec, {"image"});
        container->environment = environmentOf(m_storage, pod, spec);
        if (runsPostgres(spec))
            container->server = databaseOf(pod, spec, container->environment);
        m_running.insert_or_assign({uidOf(pod), container->name}, std::move(container));
    }
}

void Containers::stop(const std::string &uid)
{
    auto container = m_running.lower_bound({uid, {}});
    while (container != m_running.end() && container->first.first == uid)
        container = m_running.erase(container);
    m_databases.erase(uid);
}

std::shared_ptr<Database> Containers::databaseOf(const Json &pod, const Json &container, const Variables &environment)
{
    const std::string claim = claimOf(m_storage, pod, container);
    auto &database = m_databases[claim.empty() ? uidOf(pod) : claim];
    if (!database) {
        const auto role = valueOr(environment, "POSTGRES_USER", "postgres");
        database = std::make_shared<Database>(role, valueOr(environment, "POSTGRES_DB", role),
                                              core::SecretString(valueOr(environment, "POSTGRES_PASSWORD", {})));
    }
    return database;
}

ContainerPointer Containers::find(const Json &pod, const std::string &name) const
{
    const auto found = m_running.find({uidOf(pod), name});
    return found == m_running.end() ? nullptr : found->second;
}

std::shared_ptr<Database> Containers::runningIn(const Json &pod) const
{
    for (const Json &spec : at(pod, {"spec", "containers"}))
        if (const auto container = find(pod, textAt(spec, {"name"})); container && container->server)
            return container->server;
    return nullptr;
}

std::shared_ptr<Database> Containers::serverAt(const Container &from, const std::string &host) const
{
    const bool here = host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1" || host[0] == '/';
    if (here && from.server)
        return from.server;
    if (here) {
        const auto own = m_storage.get("pods", {from.nameSpace, from.pod});
        return own ? runningIn(own->object()) : nullptr;
    }
    if (host.find_first_not_of("0123456789.") == std::string::npos) {
        for (const auto &[name, pod] : m_storage.all("pods"))
            if (textAt(pod->object(), {"status", "podIP"}) == host)
                return runningIn(pod->object());
        return nullptr;
    }
    // NAME, NAME.NAMESPACE, NAME.NAMESPACE.svc..., and of a headless service also POD.NAME...
    const auto labels = split(host, '.');
    for (std::size_t first = 0; first < std::min<std::size_t>(labels.size(), 2); ++first) {
        const std::string nameSpace = labels.size() > first + 1 ? labels[first + 1] : from.nameSpace;
        const auto service = m_storage.get("services", {nameSpace, labels[first]});
        if (!service)
            continue;
        const auto selector = LabelSelector::fromMap(at(service->object(), {"spec", "selector"}));
        const auto &pods = m_storage.all("pods");
        for (auto pod = pods.lower_bound({nameSpace, {}}); pod != pods.end() && pod->first.nameSpace == nameSpace;
             ++pod)
            if (const auto server = selector.matches(at(pod->second->object(), {"metadata", "labels"}))
                                        ? runningIn(pod->second->object())
                                        : nullptr)
                return server;
    }
    return nullptr;
}

} // namespace binnacle::simulator

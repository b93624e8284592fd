// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretObject.h"

#include "Await.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace binnacle::ctl {

void SecretObject::declare(CLI::App &command)
{
    command.add_option("NAME", m_text, "A Secret, or configmap/NAME")->required();
}

core::Result<kube::ObjectKey> SecretObject::key(const ClusterSession &session) const
{
    const auto slash = m_text.find('/');
    std::string kind = slash == std::string::npos ? "secret" : m_text.substr(0, slash);
    std::transform(kind.begin(), kind.end(), kind.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string name = slash == std::string::npos ? m_text : m_text.substr(slash + 1);
    if (kind == "secret" || kind == "secrets")
        return kube::ObjectKey{{"", "Secret"}, session.nameSpace, name};
    if (kind == "configmap" || kind == "configmaps" || kind == "cm")
        return kube::ObjectKey{{"", "ConfigMap"}, session.nameSpace, name};
    return core::fail(core::ErrorKind::Usage, "\"" + m_text + "\" is neither a Secret nor a config map",
                      "write NAME, secret/NAME or configmap/NAME");
}

core::Result<SecretObject::Opened> SecretObject::open(const Environment &environment) const
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return core::fail(std::move(allowed.error()));
    auto session = openCluster(environment);
    if (!session)
        return core::fail(std::move(session.error()));
    auto object = key(*session);
    if (!object)
        return core::fail(std::move(object.error()));
    return Opened{*std::move(session), *std::move(object)};
}

core::Result<operations::ConfigReaders> readersOf(const Environment &environment, const SecretObject::Opened &opened,
                                                  const std::string &key)
{
    const auto journal = runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
    const auto known =
        journal ? operations::knownWrites(**journal, opened.session.target(), opened.object) : stack::KnownWrites();
    return await(
        operations::configReaders(opened.session.client, opened.object, key, known, environment.interrupt.token()));
}

core::Result<core::Json> readConfig(const Environment &environment, const ClusterSession &session,
                                    const kube::ObjectKey &object)
{
    auto live = await(session.client->get(object, environment.interrupt.token()));
    if (!live && live.error().kind == core::ErrorKind::NotFound)
        live.error().next = "look at the name and the namespace, or make it with `binnaclectl secret create`";
    return live;
}

} // namespace binnacle::ctl

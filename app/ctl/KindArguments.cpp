// SPDX-License-Identifier: GPL-3.0-or-later
#include "KindArguments.h"

#include "Await.h"

#include <CLI/CLI.hpp>

namespace binnacle::ctl {

void KindArguments::declare(CLI::App &command, bool required)
{
    command
        .add_option("KIND", m_kind,
                    std::string(required ? "" : "Only this kind; ") +
                        "as kubectl takes it: deploy, Deployment, deployments.apps, KIND/NAME")
        ->required(required);
    command.add_option("NAME", m_name, "Only this object");
    command.add_flag("-A,--all-namespaces", m_allNamespaces, "In all namespaces");
}

core::Result<void> KindArguments::check()
{
    if (const auto slash = m_kind.find('/'); slash != std::string::npos && m_name.empty()) {
        m_name = m_kind.substr(slash + 1);
        m_kind.resize(slash);
    }
    if (m_allNamespaces && !m_name.empty())
        return core::fail(core::ErrorKind::Usage, "an object cannot be named across all namespaces",
                          "name its namespace with -n instead of -A");
    return {};
}

core::Namespace KindArguments::scope(const ClusterSession &session) const
{
    return m_allNamespaces ? core::Namespace() : session.nameSpace;
}

core::Result<kube::ApiResource> KindArguments::resource(const ClusterSession &session) const
{
    const auto discovery = await(session.client->discover());
    if (!discovery)
        return core::fail(discovery.error());
    const auto *const found = (*discovery)->findByName(m_kind);
    if (found == nullptr)
        return core::fail(unknownKind(m_kind, **discovery));
    return *found;
}

} // namespace binnacle::ctl

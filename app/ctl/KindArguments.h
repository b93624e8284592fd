// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"

namespace binnacle::ctl {

/// KIND [NAME] [-A], or KIND/NAME: what commands about objects of a cluster take.
class KindArguments
{
public:
    void declare(CLI::App &command, bool required);

    /// Takes KIND/NAME apart; an error of kind Usage where the arguments contradict each other.
    [[nodiscard]] core::Result<void> check();

    [[nodiscard]] const std::string &kind() const { return m_kind; }
    [[nodiscard]] const std::string &name() const { return m_name; }
    [[nodiscard]] bool allNamespaces() const { return m_allNamespaces; }

    /// Empty for all namespaces.
    [[nodiscard]] core::Namespace scope(const ClusterSession &session) const;
    /// What the server calls the kind; names that it does not know are NotFound with the nearest that it does.
    [[nodiscard]] core::Result<kube::ApiResource> resource(const ClusterSession &session) const;

private:
    std::string m_kind;
    std::string m_name;
    bool m_allNamespaces = false;
};

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "operations/ConfigReaders.h"

namespace binnacle::ctl {

/// NAME of a Secret, or configmap/NAME: what the commands about keys take.
class SecretObject
{
public:
    void declare(CLI::App &command);

    struct Opened
    {
        ClusterSession session;
        kube::ObjectKey object;
    };
    /// The cluster, and which object of it is meant. A usage error when the text names another kind, or when the
    /// output format is none of these commands'.
    [[nodiscard]] core::Result<Opened> open(const Environment &environment) const;

private:
    [[nodiscard]] core::Result<kube::ObjectKey> key(const ClusterSession &session) const;

    std::string m_text;
};

/// The object as it is in the cluster; one that is not there says how to make it.
[[nodiscard]] core::Result<core::Json> readConfig(const Environment &environment, const ClusterSession &session,
                                                  const kube::ObjectKey &object);

/// Who reads the object, by what the cluster and, where there is one, the journal here know of when its keys were
/// written. `key`: only where that one is meant; empty: any.
[[nodiscard]] core::Result<operations::ConfigReaders>
readersOf(const Environment &environment, const SecretObject::Opened &opened, const std::string &key);

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "stack/ConfigFreshness.h"

namespace binnacle::ctl {

/// NAME of a Secret, or configmap/NAME: what the commands about keys take.
class SecretObject
{
public:
    void declare(CLI::App &command);

    /// A usage error when the text names another kind.
    [[nodiscard]] core::Result<kube::ObjectKey> key(const ClusterSession &session) const;

private:
    std::string m_text;
};

/// The object as it is in the cluster; one that is not there says how to make it.
[[nodiscard]] core::Result<core::Json> readConfig(const Environment &environment, const ClusterSession &session,
                                                  const kube::ObjectKey &object);

/// When the journal here has keys of the object written; nothing of it where there is no journal.
[[nodiscard]] stack::KnownWrites writesInJournal(const Environment &environment, const ClusterSession &session,
                                                 const kube::ObjectKey &object);

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "SecretEntries.h"
#include "SecretObject.h"

#include <string>

namespace binnacle::ctl {

/// A new Secret of a type, or a new config map.
class SecretCreateCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<std::vector<operations::KeyChange>> content(const Environment &environment) const;
    [[nodiscard]] core::Result<void> createSecret(const Environment &environment, const ClusterSession &session,
                                                  const kube::ObjectKey &object,
                                                  const std::vector<operations::KeyChange> &content) const;
    [[nodiscard]] core::Result<void> createConfigMap(const Environment &environment, const ClusterSession &session,
                                                     const kube::ObjectKey &object,
                                                     const std::vector<operations::KeyChange> &content) const;

    SecretObject m_object;
    SecretEntries m_entries;
    std::string m_type = "opaque";
    std::string m_certificate;
    std::string m_privateKey;
    std::string m_server;
    std::string m_user;
    bool m_immutable = false;
    bool m_dryRun = false;
};

} // namespace binnacle::ctl

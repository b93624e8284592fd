// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "KindArguments.h"

namespace binnacle::ctl {

/// Objects as the server gives them, in its own table columns or whole, once or continuously.
class GetCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] kube::HttpRequest request(const kube::ApiResource &resource, const core::Namespace &nameSpace) const;
    /// All pages as one list, or the one named object.
    [[nodiscard]] core::Result<core::Json> fetchAll(const Environment &environment, const ClusterSession &session,
                                                    const kube::HttpRequest &request) const;
    /// Says what was asked for where the server did not.
    [[nodiscard]] core::Error withSubject(core::Error error, const kube::ApiResource &resource,
                                          const core::Namespace &nameSpace) const;

    KindArguments m_objects;
    std::string m_labelSelector;
    std::string m_fieldSelector;
    bool m_watch = false;
};

} // namespace binnacle::ctl

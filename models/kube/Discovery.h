// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/GroupVersionKind.h"
#include "core/Result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::kube {

/// One collection as the server describes it.
struct ApiResource
{
    core::GroupVersionResource gvr;
    std::string kind;
    std::string singular;
    bool namespaced = false;
    std::vector<std::string> verbs;
    std::vector<std::string> shortNames;
    std::vector<std::string> categories;
    std::vector<std::string> subresources; ///< "status", "scale", "eviction" ...

    [[nodiscard]] core::GroupVersionKind gvk() const { return {gvr.group, gvr.version, kind}; }
    [[nodiscard]] bool can(std::string_view verb) const;
};

/// What a server serves. A value: made by Client::discover(), then only read.
class Discovery
{
public:
    Discovery() = default;
    /// Resources of all served versions; per group the preferred version first.
    explicit Discovery(std::vector<ApiResource> resources, int minorVersion = 0);

    [[nodiscard]] const std::vector<ApiResource> &resources() const { return m_resources; }
    /// 20 for v1.20; 0 when the server did not say.
    [[nodiscard]] int minorVersion() const { return m_minorVersion; }
    /// The preferred version of a kind.
    [[nodiscard]] const ApiResource *find(const core::GroupKind &kind) const;
    /// Exactly this version, or nothing.
    [[nodiscard]] const ApiResource *find(const core::GroupVersionKind &kind) const;
    [[nodiscard]] const ApiResource *find(const core::GroupVersionResource &resource) const;
    /// As people type it: "deploy", "deployments.apps", "Deployment", "deployments.v1.apps"; preferred group order.
    [[nodiscard]] const ApiResource *findByName(std::string_view typed) const;
    [[nodiscard]] std::vector<std::string> servedVersions(const core::GroupKind &kind) const;
    /// Groups whose discovery failed (an aggregated API that is down), with the reason: shown, never fatal.
    std::vector<std::pair<std::string, std::string>> failedGroups;

private:
    std::vector<ApiResource> m_resources;
    int m_minorVersion = 0;
};

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Discovery.h"

#include <algorithm>
#include <cctype>

namespace binnacle::kube {

namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// "deployments.v1.apps" or "deployments.apps" split at its dots.
struct TypedName
{
    std::string name;
    std::string version; ///< empty: any
    std::string group;   ///< empty: any
};

bool looksLikeVersion(std::string_view text)
{
    return text.size() >= 2 && text[0] == 'v' && std::isdigit(static_cast<unsigned char>(text[1])) != 0;
}

TypedName split(std::string_view typed)
{
    const auto dot = typed.find('.');
    if (dot == std::string_view::npos)
        return {lower(typed), {}, {}};
    TypedName result{lower(typed.substr(0, dot)), {}, lower(typed.substr(dot + 1))};
    const auto second = result.group.find('.');
    const std::string first = result.group.substr(0, second);
    if (looksLikeVersion(first)) {
        result.version = first;
        result.group = second == std::string::npos ? std::string() : result.group.substr(second + 1);
    }
    return result;
}

bool isNamed(const ApiResource &resource, const std::string &name)
{
    return resource.gvr.resource == name || resource.singular == name || lower(resource.kind) == name ||
           std::find(resource.shortNames.begin(), resource.shortNames.end(), name) != resource.shortNames.end();
}

/// kubectl's order where several groups serve one name (events, ingresses): core first, then the group that has it.
int groupRank(const ApiResource &resource)
{
    if (resource.gvr.group.empty())
        return 0;
    if (resource.gvr.group == "apps" || resource.gvr.group == "networking.k8s.io")
        return 1;
    return resource.gvr.group == "extensions" ? 3 : 2;
}

} // namespace

bool ApiResource::can(std::string_view verb) const
{
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

Discovery::Discovery(std::vector<ApiResource> resources, int minorVersion)
    : m_resources(std::move(resources)), m_minorVersion(minorVersion)
{
}

const ApiResource *Discovery::find(const core::GroupKind &kind) const
{
    for (const auto &resource : m_resources) {
        if (resource.gvr.group == kind.group && resource.kind == kind.kind)
            return &resource;
    }
    return nullptr;
}

const ApiResource *Discovery::find(const core::GroupVersionKind &kind) const
{
    for (const auto &resource : m_resources) {
        if (resource.gvr.group == kind.group && resource.gvr.version == kind.version && resource.kind == kind.kind)
            return &resource;
    }
    return nullptr;
}

const ApiResource *Discovery::find(const core::GroupVersionResource &wanted) const
{
    for (const auto &resource : m_resources) {
        if (resource.gvr == wanted)
            return &resource;
    }
    return nullptr;
}

const ApiResource *Discovery::findByName(std::string_view typed) const
{
    const TypedName wanted = split(typed);
    const ApiResource *best = nullptr;
    for (const auto &resource : m_resources) {
        if (!isNamed(resource, wanted.name))
            continue;
        if (!wanted.version.empty() && resource.gvr.version != wanted.version)
            continue;
        // "ingresses.networking" is enough for networking.k8s.io, as with kubectl.
        if (!wanted.group.empty() && resource.gvr.group != wanted.group &&
            !resource.gvr.group.starts_with(wanted.group + "."))
            continue;
        if (best == nullptr || groupRank(resource) < groupRank(*best))
            best = &resource;
    }
    return best;
}

std::vector<std::string> Discovery::servedVersions(const core::GroupKind &kind) const
{
    std::vector<std::string> versions;
    for (const auto &resource : m_resources) {
        if (resource.gvr.group == kind.group && resource.kind == kind.kind)
            versions.push_back(resource.gvr.version);
    }
    return versions;
}

} // namespace binnacle::kube

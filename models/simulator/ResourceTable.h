// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

/// One served REST collection.
struct Resource
{
    std::string group;
    std::string version;
    std::string plural;
    std::string kind;
    std::string singular;
    std::string schema; ///< its type's name in the Schema
    bool namespaced = true;
    bool hasStatus = false;
    bool hasScale = false;
    bool readOnly = false; ///< computed, not stored: metrics.k8s.io
    bool custom = false;
    std::vector<std::string> shortNames;
    std::vector<std::string> categories;
    std::shared_ptr<const core::Json> definition; ///< of a custom resource: its entry of spec.versions

    [[nodiscard]] std::string apiVersion() const { return group.empty() ? version : group + "/" + version; }
    /// "deployments.apps": the name of the stored collection, which all versions of a resource share.
    [[nodiscard]] std::string qualified() const { return group.empty() ? plural : plural + "." + group; }
    [[nodiscard]] std::string collection() const;
    [[nodiscard]] std::vector<std::string> verbs() const;
};

class ResourceTable
{
public:
    ResourceTable();

    [[nodiscard]] const Resource *find(std::string_view group, std::string_view version, std::string_view plural) const;
    [[nodiscard]] const Resource *forKind(std::string_view apiVersion, std::string_view kind) const;
    /// The version in which a collection is stored.
    [[nodiscard]] const Resource *stored(std::string_view collection) const;
    [[nodiscard]] const std::vector<std::unique_ptr<Resource>> &all() const { return m_resources; }
    /// Group names in the order of discovery; versions of a group, preferred first.
    [[nodiscard]] std::vector<std::string> groups() const;
    [[nodiscard]] std::vector<std::string> versions(std::string_view group) const;

    /// Adds, or replaces what is served under the same name.
    void add(Resource resource);
    void removeCustom(std::string_view group, std::string_view plural);

private:
    std::vector<std::unique_ptr<Resource>> m_resources;
    std::vector<std::unique_ptr<Resource>> m_retired; ///< watches that are still open name them
};

} // namespace binnacle::simulator

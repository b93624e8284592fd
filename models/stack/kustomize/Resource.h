// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace binnacle::stack::kustomize {

/// Group, version and kind; as a selector an empty field matches anything.
struct Gvk
{
    std::string group;
    std::string version;
    std::string kind;

    [[nodiscard]] bool isSelectedBy(const Gvk &selector) const;
    [[nodiscard]] bool isClusterScoped() const;
    friend bool operator==(const Gvk &, const Gvk &) = default;
};

/// What an object is called at one moment of the build; overlays may use any name that it had.
struct ResourceId
{
    Gvk gvk;
    std::string nameSpace;
    std::string name;

    /// Nothing stands for "default", and nothing can stand for a cluster-scoped kind's namespace.
    [[nodiscard]] std::string effectiveNamespace() const;
    [[nodiscard]] bool matches(const ResourceId &other) const;
    [[nodiscard]] std::string describe() const;
};

enum class Behavior { Unspecified, Create, Replace, Merge };

struct Resource
{
    core::Json object;
    std::vector<ResourceId> previous; ///< oldest first
    std::vector<std::string> prefixes;
    std::vector<std::string> suffixes;
    std::vector<std::string> variables; ///< the vars that speak of this object
    bool needsHash = false;
    Behavior behavior = Behavior::Unspecified;

    [[nodiscard]] Gvk gvk() const;
    [[nodiscard]] std::string name() const;
    [[nodiscard]] std::string nameSpace() const;
    [[nodiscard]] ResourceId id() const;
    [[nodiscard]] ResourceId originalId() const;
    [[nodiscard]] bool hasId(const ResourceId &wanted) const;
    void rememberId();
    void setName(const std::string &name);
    void setNamespace(const std::string &nameSpace);
};

[[nodiscard]] Gvk gvkOf(const core::Json &object);
/// What kustomize makes of the annotations whenever it writes them: values become texts, its own marks and an empty map
/// go away.
void tidyAnnotations(core::Json &object);
/// A string field of the metadata; empty when there is none.
[[nodiscard]] std::string metadataText(const core::Json &object, const char *field);

} // namespace binnacle::stack::kustomize

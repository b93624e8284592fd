// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace binnacle::simulator {

/// A set of field paths, as metadata.managedFields keeps it (FieldsV1). Path elements are in its notation:
/// "f:name", "k:{...}" for an item of a list map, "v:value" for an item of a set.
class FieldSet
{
public:
    using Path = std::vector<std::string>;

    [[nodiscard]] static FieldSet fromFieldsV1(const core::Json &fields);
    [[nodiscard]] core::Json toFieldsV1() const;

    void insert(const Path &path);
    [[nodiscard]] bool contains(const Path &path) const;
    /// The path itself, or anything below it.
    [[nodiscard]] bool touches(const Path &path) const;
    [[nodiscard]] bool isEmpty() const;

    void unite(const FieldSet &other);
    void subtract(const FieldSet &other);
    [[nodiscard]] FieldSet intersection(const FieldSet &other) const;
    /// Every member, parents before children.
    [[nodiscard]] std::vector<Path> paths() const;

    friend bool operator==(const FieldSet &a, const FieldSet &b);

private:
    void collect(Path &prefix, std::vector<Path> &paths) const;
    void prune();

    bool m_member = false;
    std::map<std::string, FieldSet> m_children;
};

/// ".spec.containers[name=\"web\"].image", as conflict messages print paths.
[[nodiscard]] std::string formatPath(const FieldSet::Path &path);

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace binnacle::core {

struct GroupKind
{
    std::string group; ///< empty: the core group
    std::string kind;

    friend bool operator==(const GroupKind &, const GroupKind &) = default;
    friend auto operator<=>(const GroupKind &, const GroupKind &) = default;
};

struct GroupVersionKind
{
    std::string group;
    std::string version;
    std::string kind;

    /// Splits an object's apiVersion ("v1", "apps/v1") and adds its kind.
    [[nodiscard]] static GroupVersionKind fromApiVersion(std::string_view apiVersion, std::string_view kind);
    [[nodiscard]] std::string apiVersion() const;
    [[nodiscard]] GroupKind groupKind() const { return {group, kind}; }

    friend bool operator==(const GroupVersionKind &, const GroupVersionKind &) = default;
    friend auto operator<=>(const GroupVersionKind &, const GroupVersionKind &) = default;
};

/// Which REST collection: ("apps", "v1", "deployments").
struct GroupVersionResource
{
    std::string group;
    std::string version;
    std::string resource;

    [[nodiscard]] std::string apiVersion() const;

    friend bool operator==(const GroupVersionResource &, const GroupVersionResource &) = default;
    friend auto operator<=>(const GroupVersionResource &, const GroupVersionResource &) = default;
};

} // namespace binnacle::core

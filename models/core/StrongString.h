// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <functional>
#include <string>

namespace binnacle::core {

/// A string that says what it is, so that a namespace cannot be passed where a name is meant.
template <typename Tag>
class StrongString
{
public:
    StrongString() = default;
    explicit StrongString(std::string value) : m_value(std::move(value)) {}

    [[nodiscard]] const std::string &value() const { return m_value; }
    [[nodiscard]] bool isEmpty() const { return m_value.empty(); }

    friend bool operator==(const StrongString &, const StrongString &) = default;
    friend auto operator<=>(const StrongString &, const StrongString &) = default;

private:
    std::string m_value;
};

using Namespace = StrongString<struct NamespaceTag>;             ///< empty: cluster-scoped, or all namespaces
using Uid = StrongString<struct UidTag>;                         ///< metadata.uid
using ResourceVersion = StrongString<struct ResourceVersionTag>; ///< opaque: only ever compared for equality
using ContextName = StrongString<struct ContextNameTag>;         ///< a context of a kubeconfig

} // namespace binnacle::core

template <typename Tag>
struct std::hash<binnacle::core::StrongString<Tag>>
{
    std::size_t operator()(const binnacle::core::StrongString<Tag> &text) const noexcept
    {
        return std::hash<std::string>{}(text.value());
    }
};

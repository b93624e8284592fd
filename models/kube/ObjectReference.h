// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/GroupVersionKind.h"
#include "core/StrongString.h"

namespace binnacle::kube {

/// Names one object whatever version serves it. An empty namespace means cluster-scoped.
struct ObjectKey
{
    core::GroupKind kind;
    core::Namespace nameSpace;
    std::string name;

    /// "Deployment app-backend/backend": how every message names an object.
    [[nodiscard]] std::string describe() const;

    friend bool operator==(const ObjectKey &, const ObjectKey &) = default;
    friend auto operator<=>(const ObjectKey &, const ObjectKey &) = default;
};

} // namespace binnacle::kube

template <>
struct std::hash<binnacle::kube::ObjectKey>
{
    std::size_t operator()(const binnacle::kube::ObjectKey &key) const noexcept;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ObjectReference.h"

namespace binnacle::kube {

std::string ObjectKey::describe() const
{
    return kind.kind + " " + (nameSpace.isEmpty() ? name : nameSpace.value() + "/" + name);
}

} // namespace binnacle::kube

std::size_t std::hash<binnacle::kube::ObjectKey>::operator()(const binnacle::kube::ObjectKey &key) const noexcept
{
    const std::hash<std::string> hash;
    std::size_t seed = hash(key.name);
    for (const auto *part : {&key.nameSpace.value(), &key.kind.kind, &key.kind.group})
        seed ^= hash(*part) + 0x9e3779b97f4a7c15U + (seed << 6U) + (seed >> 2U);
    return seed;
}

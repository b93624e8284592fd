// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Records.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::kube {

const OwnerReference *ObjectMeta::controller() const
{
    const auto found = std::find_if(owners.begin(), owners.end(), [](const auto &owner) { return owner.controller; });
    return found == owners.end() ? nullptr : &*found;
}

const std::string &ObjectMeta::label(std::string_view key) const
{
    static const std::string none;
    const auto found =
        std::find_if(labels.begin(), labels.end(), [&](const auto &label) { return label.first == key; });
    return found == labels.end() ? none : found->second.str();
}

ObjectKey ObjectRecord::key() const
{
    return {{gvk.group, gvk.kind}, core::Namespace(meta.nameSpace.str()), meta.name};
}

const core::Json *ObjectRecord::json() const
{
    const auto *whole = std::get_if<std::shared_ptr<const core::Json>>(&body);
    return whole == nullptr ? nullptr : whole->get();
}

} // namespace binnacle::kube

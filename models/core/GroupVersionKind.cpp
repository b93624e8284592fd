// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/GroupVersionKind.h"

namespace binnacle::core {

GroupVersionKind GroupVersionKind::fromApiVersion(std::string_view apiVersion, std::string_view kind)
{
    const auto slash = apiVersion.find('/');
    if (slash == std::string_view::npos)
        return {{}, std::string(apiVersion), std::string(kind)};
    return {std::string(apiVersion.substr(0, slash)), std::string(apiVersion.substr(slash + 1)), std::string(kind)};
}

std::string GroupVersionKind::apiVersion() const
{
    return group.empty() ? version : group + "/" + version;
}

std::string GroupVersionResource::apiVersion() const
{
    return group.empty() ? version : group + "/" + version;
}

} // namespace binnacle::core

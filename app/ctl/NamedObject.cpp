// SPDX-License-Identifier: GPL-3.0-or-later
#include "NamedObject.h"

#include "Await.h"

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

core::Result<kube::ObjectKey> namedObject(const ClusterSession &session, const std::string &text)
{
    kube::ObjectKey key{{"", "Pod"}, session.nameSpace, text};
    if (const auto slash = text.find('/'); slash != std::string::npos) {
        const auto discovery = await(session.client->discover());
        if (!discovery)
            return core::fail(discovery.error());
        const auto *const resource = (*discovery)->findByName(text.substr(0, slash));
        if (resource == nullptr)
            return core::fail(unknownKind(text.substr(0, slash), **discovery));
        key = {resource->gvk().groupKind(), session.nameSpace, text.substr(slash + 1)};
    }
    const auto live = await(session.client->get(key));
    if (!live)
        return core::fail(live.error());
    return key;
}

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretKeys.h"

#include "operations/ConfigData.h"
#include "operations/ObjectText.h"

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

core::Json summaryOfConfig(const core::Json &object, Values values)
{
    const auto key = operations::keyOf(object);
    core::Json summary{{"kind", key.kind.kind},
                       {"namespace", key.nameSpace.value()},
                       {"name", key.name},
                       {"type", object.value("type", "")},
                       {"immutable", object.value("immutable", false)},
                       {"keys", core::Json::array()}};
    for (const auto &entry : operations::configEntries(object)) {
        const auto bytes = entry.value.reveal();
        core::Json line{{"name", entry.key}, {"bytes", bytes.size()}, {"binary", entry.isBinary}};
        if (values == Values::Revealed && entry.isBinary)
            line["base64"] = operations::toBase64(bytes);
        else if (values == Values::Revealed)
            line["value"] = bytes;
        summary["keys"].push_back(std::move(line));
    }
    return summary;
}

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/DemoManifests.h"

#include "core/YamlWriter.h"
#include "stack/Stack.h"

#include <nlohmann/json.hpp>

namespace binnacle::stack {

core::Result<std::string> demoManifests()
{
    const auto stack = loadStack("ai-saas");
    if (!stack)
        return core::fail(stack.error());
    auto objects = render(*stack);
    if (!objects)
        return core::fail(objects.error());
    core::Json all = core::Json::array();
    for (core::Json &object : *objects)
        all.push_back(std::move(object));
    for (const SecretRequirement &secret : stack->secrets) {
        core::Json data = core::Json::object();
        for (const auto &key : secret.keys)
            data[key.name] = "ZGVtbw==";
        all.push_back({{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"type", secret.type},
                       {"metadata", {{"name", secret.name}, {"namespace", secret.nameSpace.value()}}},
                       {"data", data}});
    }
    return core::toYamlStream(all);
}

} // namespace binnacle::stack

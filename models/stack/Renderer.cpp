// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Parameters.h"
#include "stack/Stack.h"
#include "stack/kustomize/Build.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack {

namespace {

core::Result<std::filesystem::path> directoryOf(const Stack &stack, const std::string &overlay)
{
    if (overlay.empty()) {
        return stack.directory / stack.base;
    }
    if (std::find(stack.overlays.begin(), stack.overlays.end(), overlay) == stack.overlays.end()) {
        std::string all;
        for (const std::string &name : stack.overlays) {
            all += (all.empty() ? "" : ", ") + name;
        }
        return core::fail(core::ErrorKind::Usage, "the stack " + stack.name + " has no overlay '" + overlay + "'",
                          all.empty() ? "Leave --overlay out." : "Choose one of: " + all + ".");
    }
    return stack.directory / "overlays" / overlay;
}

} // namespace

core::Result<std::vector<core::Json>> render(const Stack &stack, const RenderOptions &options)
{
    const auto directory = directoryOf(stack, options.overlay.empty() ? stack.defaultOverlay : options.overlay);
    if (!directory) {
        return core::fail(directory.error());
    }
    if (auto known = checkParameters(stack, options.parameters); !known) {
        return core::fail(known.error());
    }
    auto objects = kustomize::build(*directory);
    if (!objects) {
        return objects;
    }
    if (auto done = applyParameters(stack, options.parameters, *objects); !done) {
        return core::fail(done.error());
    }
    return objects;
}

core::Result<std::vector<core::Json>> renderDirectory(const std::filesystem::path &directory)
{
    return kustomize::build(directory);
}

} // namespace binnacle::stack

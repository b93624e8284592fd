// SPDX-License-Identifier: GPL-3.0-or-later
#include "Command.h"

#include "core/YamlWriter.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::ctl {

core::Result<void> checkOutput(const Options &options, std::initializer_list<const char *> allowed)
{
    if (options.output.empty() || std::find(allowed.begin(), allowed.end(), options.output) != allowed.end())
        return {};
    std::string names;
    for (const char *const name : allowed)
        names += (names.empty() ? "" : ", ") + std::string(name);
    return core::fail(core::ErrorKind::Usage, "this command has no output format \"" + options.output + "\"",
                      "use -o with one of " + names);
}

bool printStructured(const Environment &environment, const core::Json &value)
{
    if (environment.options.output == "json")
        environment.console.printJson(value);
    else if (environment.options.output == "yaml")
        environment.console.print(core::toYaml(value));
    else
        return false;
    return true;
}

} // namespace binnacle::ctl

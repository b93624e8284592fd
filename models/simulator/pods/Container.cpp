// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/Container.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

bool isPostgresImage(const std::string &image)
{
    std::string name = image.substr(image.rfind('/') + 1);
    name = name.substr(0, name.find_first_of(":@"));
    return name == "postgres" || name == "postgresql";
}

bool runsPostgres(const core::Json &container)
{
    if (!isPostgresImage(textAt(container, {"image"})) || !at(container, {"command"}).empty())
        return false;
    const core::Json &arguments = at(container, {"args"});
    if (arguments.empty())
        return true;
    const auto first = arguments.front().get<std::string>();
    return first == "postgres" || startsWith(first, "-");
}

} // namespace binnacle::simulator

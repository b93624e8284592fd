// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/pods/Database.h"

#include <map>
#include <memory>
#include <string>

namespace binnacle::simulator {

using Variables = std::map<std::string, std::string>;

/// What the node knows of a container that runs, and no API tells.
struct Container
{
    std::string nameSpace;
    std::string pod;
    std::string name;
    std::string image;
    Variables environment; ///< as it was when the container started: later changes of a Secret do not reach it
    std::shared_ptr<Database> server; ///< the PostgreSQL that runs in it; null: none
};

/// Whether the image brings PostgreSQL's programs.
[[nodiscard]] bool isPostgresImage(const std::string &image);
/// Whether the container is a PostgreSQL server, and not something else in its image.
[[nodiscard]] bool runsPostgres(const core::Json &container);

} // namespace binnacle::simulator

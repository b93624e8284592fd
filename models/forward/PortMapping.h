// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace binnacle::forward {

/// Which local port leads to which port of the target, as kubectl writes it.
struct PortMapping
{
    std::optional<std::uint16_t> local; ///< nothing: the same number as the target's; 0: a free one
    std::string remote;                 ///< a number, or the name of a port

    friend bool operator==(const PortMapping &, const PortMapping &) = default;
};

/// "8080:80", ":80" (a free local port), "80", "8080:http", "http".
[[nodiscard]] core::Result<PortMapping> portMappingFromText(const std::string &text);
[[nodiscard]] std::string portMappingText(const PortMapping &mapping);

} // namespace binnacle::forward

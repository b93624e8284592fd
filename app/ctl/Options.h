// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace binnacle::ctl {

/// What every command understands.
struct Options
{
    std::string kubeconfig;
    std::string context;
    std::string nameSpace;
    std::string output; ///< empty: the command's default
    std::optional<std::chrono::seconds> timeout;
    bool yes = false;
    std::string logLevel = "warning";

    [[nodiscard]] bool wantsJson() const { return output == "json"; }
};

} // namespace binnacle::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"

namespace binnacle::ctl {

/// Asks before something is changed, naming context and server. --yes answers; without it and without a terminal it is
/// an error of kind Usage. `typed`: the word that must be typed, for what destroys; empty: y is enough.
[[nodiscard]] core::Result<void> confirm(const Environment &environment, const ClusterSession &session,
                                         const std::string &question, const std::string &typed = {});

} // namespace binnacle::ctl

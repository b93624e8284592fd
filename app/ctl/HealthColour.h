// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Console.h"
#include "cluster/Health.h"

namespace binnacle::ctl {

[[nodiscard]] inline Colour colourOf(cluster::HealthState state)
{
    switch (state) {
    case cluster::HealthState::Healthy:
        return Colour::Green;
    case cluster::HealthState::Suspended:
        return Colour::Dim;
    case cluster::HealthState::Progressing:
        return Colour::Yellow;
    case cluster::HealthState::Unknown:
        return Colour::Bold;
    case cluster::HealthState::Missing:
    case cluster::HealthState::Degraded:
        return Colour::Red;
    }
    return Colour::None;
}

} // namespace binnacle::ctl

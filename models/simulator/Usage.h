// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string>

namespace binnacle::simulator {

/// Between 0 and 1, swinging over minutes and hours, different for each name, the same at the same time: what is
/// measured of the demo cluster is computed, not kept, and the past is as it was.
[[nodiscard]] double swing(const std::string &name, double seconds);
/// The same, summed up over time: counters grow by it.
[[nodiscard]] double swingBetween(const std::string &name, double from, double to);

/// What one container of a pod would be using. Times are in seconds since 1970.
class ContainerUsage
{
public:
    ContainerUsage(const std::string &pod, const core::Json &container);

    [[nodiscard]] double cores(double seconds) const;
    [[nodiscard]] double coreSeconds(double from, double to) const;
    [[nodiscard]] double memoryBytes(double seconds) const;
    [[nodiscard]] double requestedCores() const { return m_requestedCores; }
    [[nodiscard]] double limitCores() const { return m_limitCores; } ///< 0: no limit
    [[nodiscard]] double limitBytes() const { return m_limitBytes; } ///< 0: no limit

private:
    std::string m_name;
    double m_requestedCores = 0;
    double m_requestedBytes = 0;
    double m_limitCores = 0;
    double m_limitBytes = 0;
};

} // namespace binnacle::simulator

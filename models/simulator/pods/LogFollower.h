// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "simulator/Http.h"
#include "simulator/Storage.h"
#include "simulator/pods/ContainerLog.h"

#include <limits>
#include <memory>
#include <string>

namespace binnacle::simulator {

/// One reader of a container's log, and how far it has come.
struct LogFollower
{
    LogFollower(ContainerLog theLog, const core::Clock &theClock) : log(std::move(theLog)), clock(&theClock) {}

    /// What it has not got yet.
    [[nodiscard]] std::string lines();
    /// As kubelets write it, with nine digits.
    [[nodiscard]] static std::string stampOf(ContainerLog::Time time);

    ContainerLog log;
    const core::Clock *clock;
    std::size_t next = 0; ///< line
    ContainerLog::Time since{};
    bool stamped = false;
    long long bytesLeft = std::numeric_limits<long long>::max();
    std::weak_ptr<HttpStream> stream;
    ObjectName pod;
    std::string uid;
    std::string container;
    int restarts = 0;

private:
    [[nodiscard]] ContainerLog::Time now() const { return clock->now(); }
};

} // namespace binnacle::simulator

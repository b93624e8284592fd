// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace binnacle::simulator {

/// What one instance of a container has written and is going to write: the same lines at the same times however often
/// it is read, computed and never kept. The words fit the image: a web server's accesses, a database's checkpoints,
/// an application's requests as JSON or logfmt.
class ContainerLog
{
public:
    using Time = std::chrono::system_clock::time_point;

    /// Of the instance that runs, or, with `previous`, of the one before; nothing: there is no such instance.
    [[nodiscard]] static std::optional<ContainerLog> of(const core::Json &pod, const core::Json &status, bool previous);

    /// How many lines were written until then.
    [[nodiscard]] std::size_t countUntil(Time time) const;
    /// The first one that counts: what is older was rotated away, as a kubelet does.
    [[nodiscard]] std::size_t first(Time now) const;
    [[nodiscard]] Time timeOf(std::size_t line) const;
    [[nodiscard]] std::string textOf(std::size_t line) const;
    /// Nothing more comes.
    [[nodiscard]] bool hasEnded() const { return m_ended.has_value(); }

private:
    enum class Kind { Application, Json, WebServer, Postgres, Redis, Prometheus };

    [[nodiscard]] std::uint64_t noise(std::size_t line) const;
    [[nodiscard]] std::string words(std::size_t line) const;
    [[nodiscard]] std::size_t countRunning(Time time) const;

    Kind m_kind = Kind::Application;
    std::string m_container;
    std::uint64_t m_seed = 0;
    std::chrono::milliseconds m_period{300};
    Time m_started;
    std::optional<Time> m_ended;
    std::string m_lastWords; ///< of an instance that has ended badly
};

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Usage.h"

#include "core/Quantity.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

struct Wave
{
    double height;
    double seconds; ///< of one radian
};

/// Their heights make 0.5, around 0.5.
constexpr std::array<Wave, 3> waves = {{{0.2, 90}, {0.1, 17}, {0.2, 13'751}}};

double phaseOf(const std::string &name, std::size_t wave)
{
    double phase = static_cast<double>(wave) * 2.0;
    for (const char c : name)
        phase = std::fmod(phase * 31.0 + static_cast<unsigned char>(c), 628.0);
    return phase / 100.0;
}

double amount(const Json &container, const char *which, const char *resource, double fallback)
{
    const std::string text = textAt(container, {"resources", which, resource});
    const auto quantity = Quantity::parse(text);
    return quantity && !text.empty() ? static_cast<double>(quantity->milliValue()) / 1000 : fallback;
}

constexpr double leastCores = 0.15;
constexpr double moreCores = 0.5;

} // namespace

double swing(const std::string &name, double seconds)
{
    double level = 0.5;
    for (std::size_t i = 0; i < waves.size(); ++i)
        level += waves[i].height * std::sin(seconds / waves[i].seconds + phaseOf(name, i));
    return level;
}

double swingBetween(const std::string &name, double from, double to)
{
    double sum = 0.5 * (to - from);
    for (std::size_t i = 0; i < waves.size(); ++i) {
        const auto [height, length] = waves[i];
        const double phase = phaseOf(name, i);
        sum += height * length * (std::cos(from / length + phase) - std::cos(to / length + phase));
    }
    return sum;
}

ContainerUsage::ContainerUsage(const std::string &pod, const Json &container)
    : m_name(pod + textAt(container, {"name"})),
      m_requestedCores(amount(container, "requests", "cpu", 0.05)),
      m_requestedBytes(amount(container, "requests", "memory", 64.0 * 1024 * 1024)),
      m_limitCores(amount(container, "limits", "cpu", 0)),
      m_limitBytes(amount(container, "limits", "memory", 0))
{
}

double ContainerUsage::cores(double seconds) const
{
    return m_requestedCores * (leastCores + moreCores * swing(m_name, seconds));
}

double ContainerUsage::coreSeconds(double from, double to) const
{
    return m_requestedCores * (leastCores * (to - from) + moreCores * swingBetween(m_name, from, to));
}

double ContainerUsage::memoryBytes(double seconds) const
{
    return m_requestedBytes * (0.55 + 0.25 * swing(m_name, seconds));
}

} // namespace binnacle::simulator

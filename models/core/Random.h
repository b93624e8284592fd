// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace binnacle::core {

/// Randomness as a dependency. Thread-safe.
class Random
{
public:
    virtual ~Random() = default;
    /// Uniform in [0, bound); bound must be positive.
    [[nodiscard]] virtual std::uint64_t below(std::uint64_t bound) = 0;
    /// Uniform in [0, 1).
    [[nodiscard]] double unit() { return static_cast<double>(below(std::uint64_t{1} << 53)) / 9007199254740992.0; }
    /// `length` characters of `alphabet`, for names and generated secrets.
    [[nodiscard]] std::string text(std::size_t length, std::string_view alphabet);
};

/// The operating system's generator: fit for secrets.
class SystemRandom final : public Random
{
public:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) override;
};

/// The same sequence for the same seed, for tests.
class SeededRandom final : public Random
{
public:
    explicit SeededRandom(std::uint64_t seed) : m_state(seed) {}
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) override;

private:
    std::uint64_t m_state;
};

} // namespace binnacle::core

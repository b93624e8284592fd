// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Random.h"

#include <QRandomGenerator>

namespace binnacle::core {

std::string Random::text(std::size_t length, std::string_view alphabet)
{
    std::string result(length, '\0');
    for (char &c : result)
        c = alphabet[below(alphabet.size())];
    return result;
}

std::uint64_t SystemRandom::below(std::uint64_t bound)
{
    // Rejection: the modulo of a full range would favour small values.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t value = 0;
    do {
        value = QRandomGenerator::system()->generate64();
    } while (value >= limit);
    return value % bound;
}

std::uint64_t SeededRandom::below(std::uint64_t bound)
{
    // SplitMix64 (Steele, Lea, Flood 2014).
    m_state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31U)) % bound;
}

} // namespace binnacle::core

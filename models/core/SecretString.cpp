// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/SecretString.h"

#include <cstring>
#include <ostream>
#include <utility>

namespace binnacle::core {

void wipe(std::string &text)
{
    // Up to the capacity: a short value may have been moved out of a longer one's buffer.
    text.resize(text.capacity());
    // Through a pointer that the compiler cannot see through, so that it stays; streams wipe megabytes at a time.
    static void *(*const volatile fill)(void *, int, std::size_t) = std::memset;
    fill(text.data(), 0, text.size());
    text.clear();
}

SecretString::SecretString(std::string value) : m_value(value)
{
    // The parameter is a copy of ours: the caller's own copy is the caller's to wipe.
    core::wipe(value);
}

SecretString::~SecretString()
{
    wipe();
}

SecretString::SecretString(SecretString &&other) noexcept : m_value(other.m_value)
{
    // Copied, not moved: a short string's bytes stay in the moved-from object.
    other.wipe();
}

SecretString &SecretString::operator=(SecretString &&other) noexcept
{
    if (this != &other) {
        wipe();
        m_value = other.m_value;
        other.wipe();
    }
    return *this;
}

void SecretString::wipe()
{
    core::wipe(m_value);
}

std::ostream &operator<<(std::ostream &stream, const SecretString &)
{
    return stream << "***";
}

} // namespace binnacle::core

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/SecretString.h"

#include <ostream>
#include <utility>

namespace binnacle::core {

void wipe(std::string &text)
{
    // Up to the capacity: a short value may have been moved out of a longer one's buffer.
    text.resize(text.capacity());
    volatile char *bytes = text.data();
    for (std::size_t i = 0; i < text.size(); ++i)
        bytes[i] = 0;
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

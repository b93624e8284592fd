// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace binnacle::core {

/// A value that must not leak: move-only, zeroed when it dies, printed as ***.
/// reveal() is the only way to the text; keep the view no longer than the call that needs it.
class SecretString
{
public:
    SecretString() = default;
    explicit SecretString(std::string value);
    ~SecretString();

    SecretString(const SecretString &) = delete;
    SecretString &operator=(const SecretString &) = delete;
    SecretString(SecretString &&other) noexcept;
    SecretString &operator=(SecretString &&other) noexcept;

    [[nodiscard]] std::string_view reveal() const { return m_value; }
    [[nodiscard]] bool isEmpty() const { return m_value.empty(); }
    [[nodiscard]] SecretString clone() const { return SecretString(m_value); }

private:
    void wipe();

    std::string m_value;
};

std::ostream &operator<<(std::ostream &stream, const SecretString &secret);

/// Overwrites the bytes in a way the compiler may not drop, then clears the string.
void wipe(std::string &text);

} // namespace binnacle::core

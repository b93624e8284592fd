// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace binnacle::core {

/// An immutable string that many records share: label keys, node names, images. 16 bytes, cheap to copy.
class SharedString
{
public:
    SharedString() = default;
    explicit SharedString(std::string_view text);

    [[nodiscard]] const std::string &str() const;
    [[nodiscard]] bool isEmpty() const { return !m_text || m_text->empty(); }

    friend bool operator==(const SharedString &a, const SharedString &b)
    {
        return a.m_text == b.m_text || a.str() == b.str();
    }
    friend bool operator==(const SharedString &a, std::string_view b) { return a.str() == b; }

private:
    friend class StringPool;
    std::shared_ptr<const std::string> m_text;
};

/// Gives equal texts one storage. Not thread-safe: each decoder owns one.
class StringPool
{
public:
    [[nodiscard]] SharedString intern(std::string_view text);
    /// Forgets texts that no record holds any more.
    void compact();
    [[nodiscard]] std::size_t size() const { return m_texts.size(); }

private:
    std::unordered_map<std::string_view, SharedString> m_texts; ///< keys view into their own values
};

} // namespace binnacle::core

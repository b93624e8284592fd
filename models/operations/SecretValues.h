// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SecretString.h"
#include "kube/ObjectReference.h"

#include <map>
#include <optional>

namespace binnacle::operations {

/// Values that the operator entered for a plan's secrets. Never recorded anywhere.
class SecretValues
{
public:
    void set(const kube::ObjectKey &secret, const std::string &key, core::SecretString value)
    {
        m_values.insert_or_assign({secret, key}, std::move(value));
    }
    /// nullptr: not entered.
    [[nodiscard]] const core::SecretString *find(const kube::ObjectKey &secret, const std::string &key) const
    {
        const auto found = m_values.find({secret, key});
        return found == m_values.end() ? nullptr : &found->second;
    }
    [[nodiscard]] bool isEmpty() const { return m_values.empty(); }
    [[nodiscard]] SecretValues clone() const
    {
        SecretValues copy;
        for (const auto &[name, value] : m_values)
            copy.m_values.emplace(name, value.clone());
        for (const auto &[name, value] : m_seen)
            copy.m_seen.emplace(name, value ? std::optional(value->clone()) : std::nullopt);
        return copy;
    }

    /// What the operator saw a key hold; nothing: it was absent.
    void setSeen(const kube::ObjectKey &secret, const std::string &key, std::optional<core::SecretString> value)
    {
        m_seen.insert_or_assign({secret, key}, std::move(value));
    }
    /// nullptr: nobody looked.
    [[nodiscard]] const std::optional<core::SecretString> *findSeen(const kube::ObjectKey &secret,
                                                                    const std::string &key) const
    {
        const auto found = m_seen.find({secret, key});
        return found == m_seen.end() ? nullptr : &found->second;
    }

private:
    std::map<std::pair<kube::ObjectKey, std::string>, std::optional<core::SecretString>> m_seen;
    std::map<std::pair<kube::ObjectKey, std::string>, core::SecretString> m_values;
};

/// A key that only the operator can give. Asked for only when the cluster does not have it yet.
struct SecretPrompt
{
    kube::ObjectKey secret;
    std::string key;
    std::string description;
    std::string defaultValue;
    bool optional = false;
};

} // namespace binnacle::operations

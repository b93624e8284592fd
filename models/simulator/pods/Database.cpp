// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/Database.h"

#include "core/Scram.h"

namespace binnacle::simulator {

namespace {

constexpr std::string_view verifierStart = "SCRAM-SHA-256$";

bool isVerifier(std::string_view text)
{
    return text.substr(0, verifierStart.size()) == verifierStart;
}

} // namespace

Database::Database(const std::string &role, const std::string &database, core::SecretString password)
    : m_databases{"postgres", database}
{
    m_passwords.emplace(role, std::move(password));
}

std::string Database::refusal(const std::string &role, const std::string &database, bool trusted,
                              const core::SecretString *password) const
{
    const auto known = m_passwords.find(role);
    if (trusted && known == m_passwords.end())
        return "FATAL:  role \"" + role + "\" does not exist";
    if (!trusted && password == nullptr)
        return "fe_sendauth: no password supplied";
    // To somebody outside an unknown role looks like a wrong password.
    const auto matches = [&](std::string_view kept) {
        return isVerifier(kept) ? core::scramMatches(kept, password->reveal())
                                : !kept.empty() && kept == password->reveal();
    };
    if (!trusted && (known == m_passwords.end() || !matches(known->second.reveal())))
        return "FATAL:  password authentication failed for user \"" + role + "\"";
    if (m_databases.count(database) == 0)
        return "FATAL:  database \"" + database + "\" does not exist";
    return {};
}

void Database::setPassword(const std::string &role, std::string_view password)
{
    m_passwords.insert_or_assign(role, core::SecretString(std::string(password)));
}

} // namespace binnacle::simulator

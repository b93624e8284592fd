// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SecretString.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace binnacle::simulator {

/// What a PostgreSQL server keeps in its data folder, as far as logging in and changing passwords goes.
class Database
{
public:
    /// As the postgres image initialises an empty folder. A folder that holds a database is never initialised again,
    /// whatever password the environment then names.
    Database(const std::string &role, const std::string &database, core::SecretString password);

    /// Empty where the connection is let in, else PostgreSQL's words. `trusted`: over the socket or from the machine
    /// itself, which the image's pg_hba.conf lets in without a password. `password`: null where none is given.
    [[nodiscard]] std::string refusal(const std::string &role, const std::string &database, bool trusted,
                                      const core::SecretString *password) const;

    [[nodiscard]] bool hasRole(const std::string &role) const { return m_passwords.count(role) != 0; }
    /// `password`: plain, or a SCRAM verifier, which is kept as it is.
    void setPassword(const std::string &role, std::string_view password);

private:
    std::map<std::string, core::SecretString> m_passwords;
    std::set<std::string> m_databases;
};

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SecretString.h"

#include <string>
#include <string_view>

namespace binnacle::core {

/// PostgreSQL's stored form of a password (RFC 5802 and 7677, pg_authid.rolpassword): what the server keeps, and what
/// does not open it. Sent instead of the password, it keeps that out of the server's log whatever is logged there.
/// For passwords of ASCII characters, which SASLprep leaves as they are. `salt`: 16 random bytes.
[[nodiscard]] SecretString scramVerifier(std::string_view password, std::string_view salt, int iterations = 4096);

/// Whether a verifier made like that is of this password. False also for what is no verifier.
[[nodiscard]] bool scramMatches(std::string_view verifier, std::string_view password);

} // namespace binnacle::core

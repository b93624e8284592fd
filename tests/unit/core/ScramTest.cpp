// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Scram.h"

#include <gtest/gtest.h>

namespace binnacle::core {
namespace {

/// RFC 7677's example: user "user", password "pencil". Its server signature was checked from these keys.
TEST(Scram, MakesWhatPostgresKeeps)
{
    const std::string salt = "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
    EXPECT_EQ(scramVerifier("pencil", salt).reveal(),
              "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
              "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

TEST(Scram, KnowsThePasswordOfAVerifier)
{
    const auto verifier = scramVerifier("pencil", "0123456789abcdef", 1000);
    EXPECT_TRUE(scramMatches(verifier.reveal(), "pencil"));
    EXPECT_FALSE(scramMatches(verifier.reveal(), "Pencil"));
    for (const char *text : {"", "pencil", "md5abc", "SCRAM-SHA-256$", "SCRAM-SHA-256$x:y$z:z", "SCRAM-SHA-256$0:$:"})
        EXPECT_FALSE(scramMatches(text, "pencil")) << text;
}

} // namespace
} // namespace binnacle::core

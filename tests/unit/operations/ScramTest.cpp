// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Scram.h"

#include <gtest/gtest.h>

namespace binnacle::operations {
namespace {

/// RFC 7677's example: user "user", password "pencil". Its server signature was checked from these keys.
TEST(Scram, MakesWhatPostgresKeeps)
{
    const std::string salt = "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
    EXPECT_EQ(scramVerifier("pencil", salt).reveal(),
              "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
              "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

} // namespace
} // namespace binnacle::operations

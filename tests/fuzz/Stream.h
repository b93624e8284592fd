// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace binnacle::fuzz {

/// Feeds the input to a decoder in pieces: streams may be cut anywhere. The input's first byte says how long a piece
/// is; `feed` answers false when the decoder wants no more.
template <typename Feed>
void inPieces(const std::uint8_t *data, std::size_t size, Feed feed)
{
    if (size < 2)
        return;
    const std::string_view bytes(reinterpret_cast<const char *>(data + 1), size - 1);
    const std::size_t piece = data[0] % 61 + 1U;
    for (std::size_t at = 0; at < bytes.size() && feed(bytes.substr(at, piece)); at += piece) {
    }
}

} // namespace binnacle::fuzz

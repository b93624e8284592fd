// SPDX-License-Identifier: GPL-3.0-or-later
#include "Stream.h"
#include "core/SpdyFrames.h"

using namespace binnacle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    core::SpdyDecoder decoder;
    fuzz::inPieces(data, size, [&](std::string_view piece) {
        core::SpdyFrame frame;
        while (true) {
            const auto found = decoder.next(piece, frame);
            if (!found)
                return false;
            if (*found == core::SpdyDecoder::Found::NeedMore)
                return true;
        }
    });
    return 0;
}

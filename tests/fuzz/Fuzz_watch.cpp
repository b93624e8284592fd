// SPDX-License-Identifier: GPL-3.0-or-later
// Built once a format: BINNACLE_FUZZ_FORMAT says which.
#include "Stream.h"
#include "core/SharedString.h"
#include "kube/WatchDecoder.h"

#include <vector>

using namespace binnacle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    core::StringPool pool;
    const auto decoder = kube::makeWatchDecoder(kube::BodyFormat::BINNACLE_FUZZ_FORMAT, {"", "v1", "Pod"}, pool);
    std::vector<kube::WatchEvent> decoded;
    fuzz::inPieces(data, size, [&](std::string_view piece) { return bool(decoder->feed(piece, decoded)); });
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Built once a format: BINNACLE_FUZZ_FORMAT says which.
#include "Stream.h"
#include "core/SharedString.h"
#include "kube/RecordListDecoder.h"
#include "kube/WatchDecoder.h"

#include <vector>

using namespace binnacle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    core::StringPool pool;
    const auto decoder = kube::makeListDecoder(kube::BodyFormat::BINNACLE_FUZZ_FORMAT, {"", "v1", "Pod"}, pool);
    std::vector<kube::RecordPointer> decoded;
    bool fed = true;
    fuzz::inPieces(data, size, [&](std::string_view piece) { return fed = bool(decoder->feed(piece, decoded)); });
    if (fed)
        static_cast<void>(decoder->finish());
    return 0;
}

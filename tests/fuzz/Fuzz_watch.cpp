// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/SharedString.h"
#include "kube/WatchDecoder.h"

#include <cstdint>
#include <string_view>
#include <vector>

using namespace binnacle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    // The first byte says where the input is split: pieces may end anywhere.
    if (size < 2)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data + 1), size - 1);
    const std::size_t piece = data[0] % 61 + 1U;
    core::StringPool pool;
    const auto decoder = kube::makeWatchDecoder(kube::BodyFormat::Json, {"", "v1", "Pod"}, pool);
    std::vector<kube::WatchEvent> decoded;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        if (!decoder->feed(bytes.substr(at, piece), decoded))
            return 0;
    }
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/KubeconfigParser.h"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(data, data + size);
    static_cast<void>(binnacle::kube::parseKubeconfig(text, "/nowhere/config"));
    return 0;
}

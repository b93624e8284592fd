// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/YamlReader.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    static_cast<void>(binnacle::stack::readManifests(text, "manifest.yaml"));
    static_cast<void>(binnacle::stack::readYaml(text, "patch.yaml", binnacle::stack::YamlWords::Yaml11));
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/YamlReader.h"
#include "stack/kustomize/Configuration.h"
#include "stack/kustomize/StrategicMerge.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

/// The text is read as each kind of file that a kustomization names, and its second document is merged into the first.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    namespace kustomize = binnacle::stack::kustomize;
    const std::string text(data, data + size);
    static_cast<void>(kustomize::readConfiguration(text, "configuration.yaml"));
    static_cast<void>(kustomize::readCrdConfiguration(text, "crds.yaml"));
    const auto schema = kustomize::Schema::read(text, "schema.yaml");
    auto documents = binnacle::stack::readYaml(text, "objects.yaml");
    if (documents && documents->size() > 1) {
        static_cast<void>(
            kustomize::strategicMerge(documents->front(), documents->at(1), schema ? *schema : kustomize::Schema{}));
    }
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/YamlFields.h"
#include "stack/kustomize/Kustomization.h"

namespace binnacle::stack::kustomize {

/// Readers of the parts that a kustomization, a transformer's own file and a transformer configuration have in common.
/// What is wrong goes to `problems`, with its place.

/// The map at `node`; a key that `read` does not ask for is a problem.
template <typename T, typename Read>
T readMap(const YAML::Node &node, const std::string &what, YamlProblems &problems, const Read &read)
{
    YamlFields fields(node, what, problems);
    T value;
    read(fields, value);
    fields.finish();
    return value;
}

/// The list under `key`, each element read by `read`.
template <typename T>
std::vector<T> readList(YamlFields &fields, const std::string &key, YamlProblems &problems,
                        T (*read)(const YAML::Node &, YamlProblems &))
{
    std::vector<T> list;
    fields.each(key, [&](const YAML::Node &item) { list.push_back(read(item, problems)); });
    return list;
}

/// The map under `key`, if there is one.
template <typename T>
std::optional<T> readOptional(YamlFields &fields, const std::string &key, YamlProblems &problems,
                              T (*read)(const YAML::Node &, YamlProblems &))
{
    const auto node = fields.take(key);
    return node ? std::optional(read(*node, problems)) : std::nullopt;
}

[[nodiscard]] Gvk readGvk(YamlFields &fields);
[[nodiscard]] std::vector<FieldSpec> readFieldSpecs(YamlFields &fields, const std::string &key, YamlProblems &problems);
[[nodiscard]] Selector readSelector(const YAML::Node &node, YamlProblems &problems);
[[nodiscard]] PatchRule readPatch(const YAML::Node &node, YamlProblems &problems);
/// `path`, `patch`, `target` and `options`, of a patch and of a PatchTransformer.
void readPatchFields(YamlFields &fields, PatchRule &rule, YamlProblems &problems);
[[nodiscard]] GeneratorOptions readGeneratorOptions(const YAML::Node &node, YamlProblems &problems);
[[nodiscard]] GeneratorRule readConfigMapGenerator(const YAML::Node &node, YamlProblems &problems);
[[nodiscard]] GeneratorRule readSecretGenerator(const YAML::Node &node, YamlProblems &problems);
/// All but name and namespace, which a generator's own file has in its metadata.
void readGeneratorFields(YamlFields &fields, bool secret, GeneratorRule &rule, YamlProblems &problems);
[[nodiscard]] LabelRule readLabels(const YAML::Node &node, YamlProblems &problems);
[[nodiscard]] ImageRule readImage(const YAML::Node &node, YamlProblems &problems);
[[nodiscard]] ReplicaRule readReplicas(const YAML::Node &node, YamlProblems &problems);
[[nodiscard]] Variable readVariable(const YAML::Node &node, YamlProblems &problems);
[[nodiscard]] SortRule readSort(const YAML::Node &node, YamlProblems &problems);
/// The list under `replacements`; an element may name a file that holds one or several.
[[nodiscard]] std::vector<Replacement> readReplacements(YamlFields &fields, const std::filesystem::path &root,
                                                        YamlProblems &problems);

} // namespace binnacle::stack::kustomize

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Transformers.h"

#include <filesystem>
#include <optional>

namespace binnacle::stack::kustomize {

/// Which objects a patch or a replacement is for: regular expressions over the whole value, empty matches anything.
struct Selector
{
    Gvk gvk;
    std::string name;
    std::string nameSpace;
    std::string labels;
    std::string annotations;
};

struct PatchRule
{
    std::string path;
    std::string inlineText;
    std::optional<Selector> target;
    bool allowNameChange = false;
    bool allowKindChange = false;
};

struct GeneratorOptions
{
    StringMap labels;
    StringMap annotations;
    bool disableNameSuffixHash = false;
    bool immutable = false;
};

struct GeneratorRule
{
    std::string name;
    std::string nameSpace;
    std::string type; ///< of a secret
    Behavior behavior = Behavior::Unspecified;
    std::vector<std::string> literals;
    std::vector<std::string> files;
    std::vector<std::string> envs;
    GeneratorOptions options;
};

struct ReplacementOptions
{
    std::string delimiter;
    long long index = 0;
    bool create = false;
};

struct ReplacementTarget
{
    Selector select;
    std::vector<Selector> reject;
    std::vector<std::string> fieldPaths;
    ReplacementOptions options;
};

struct Replacement
{
    std::optional<Selector> source;
    std::optional<std::string> sourceValue;
    std::string fieldPath;
    ReplacementOptions options;
    std::vector<ReplacementTarget> targets;
};

struct SortRule
{
    bool legacy = false;
    std::vector<std::string> first;
    std::vector<std::string> last;
    bool hasLists = false;
};

/// One kustomization file, checked: a field that is not supported has already been an error.
struct Kustomization
{
    std::filesystem::path file;
    bool isComponent = false;
    std::vector<std::string> resources;
    std::vector<std::string> components;
    std::string nameSpace;
    std::string namePrefix;
    std::string nameSuffix;
    StringMap commonLabels;
    StringMap commonAnnotations;
    std::vector<LabelRule> labels;
    std::vector<ImageRule> images;
    std::vector<ReplicaRule> replicas;
    std::vector<std::string> patchesStrategicMerge;
    std::vector<PatchRule> patches;
    std::vector<PatchRule> patchesJson6902;
    std::vector<GeneratorRule> configMaps;
    std::vector<GeneratorRule> secrets;
    std::vector<Replacement> replacements;
    std::optional<SortRule> sort;
};

/// Reads kustomization.yaml, kustomization.yml or Kustomization of a folder.
[[nodiscard]] core::Result<Kustomization> loadKustomization(const std::filesystem::path &directory);
/// Reads a file of replacements, which holds one or a list.
[[nodiscard]] core::Result<std::vector<Replacement>> readReplacements(const std::string &text, const std::string &file);

} // namespace binnacle::stack::kustomize

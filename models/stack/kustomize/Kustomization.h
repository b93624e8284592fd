// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Schema.h"
#include "stack/kustomize/Transformers.h"

#include <yaml-cpp/mark.h>

#include <filesystem>
#include <map>
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
    YAML::Mark mark; ///< in the kustomization
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

/// `$(name)` stands for a field of an object.
struct Variable
{
    std::string name;
    ResourceId object;
    std::string fieldPath;
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
    std::vector<Variable> variables;
    std::vector<std::string> configurations;
    std::vector<std::string> crds;
    std::vector<std::string> generators;
    std::vector<std::string> transformers;
    std::vector<std::string> validators;
    std::string openapiPath;
    Schema schema; ///< of the root kustomization
    std::optional<SortRule> sort;
    std::map<std::string, std::string> places; ///< of each field: "file:line:column"

    [[nodiscard]] std::string placeOf(const std::string &field) const;
};

/// Reads kustomization.yaml, kustomization.yml or Kustomization of a folder.
[[nodiscard]] core::Result<Kustomization> loadKustomization(const std::filesystem::path &directory);
} // namespace binnacle::stack::kustomize

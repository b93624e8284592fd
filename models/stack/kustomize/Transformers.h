// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "stack/kustomize/Configuration.h"
#include "stack/kustomize/Resource.h"

#include <map>
#include <optional>

namespace binnacle::stack::kustomize {

using StringMap = std::map<std::string, std::string>;
using Resources = std::vector<Resource>;
using FieldSpecs = std::vector<FieldSpec>;

struct LabelRule
{
    StringMap pairs;
    bool includeSelectors = false;
    bool includeTemplates = false;
    std::vector<FieldSpec> fields;
};

struct ImageRule
{
    std::string name;
    std::string newName;
    std::string newTag;
    std::string tagSuffix;
    std::string digest;
};

struct ReplicaRule
{
    std::string name;
    long long count = 0;
};

enum class SubjectRule { DefaultOnly, All, None };

struct NamespaceRule
{
    std::string nameSpace;
    SubjectRule subjects = SubjectRule::DefaultOnly;
    bool unsetOnly = false;
};

[[nodiscard]] core::Result<void> applyNamespace(Resources &resources, const NamespaceRule &rule,
                                                const FieldSpecs &specs);
void applyPrefix(Resources &resources, const std::string &prefix, const FieldSpecs &specs);
void applySuffix(Resources &resources, const std::string &suffix, const FieldSpecs &specs);
/// Labels or annotations.
void applyEntries(Resources &resources, const StringMap &entries, const FieldSpecs &specs);
void applyLabels(Resources &resources, const LabelRule &rule, const Configuration &places);
[[nodiscard]] core::Result<void> applyImage(Resources &resources, const ImageRule &rule, const FieldSpecs &specs);
[[nodiscard]] core::Result<void> applyReplicas(Resources &resources, const ReplicaRule &rule, const FieldSpecs &specs);

} // namespace binnacle::stack::kustomize

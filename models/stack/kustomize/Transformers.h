// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "stack/kustomize/FieldPath.h"
#include "stack/kustomize/Resource.h"

#include <map>
#include <optional>

namespace binnacle::stack::kustomize {

using StringMap = std::map<std::string, std::string>;
using Resources = std::vector<Resource>;

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

[[nodiscard]] core::Result<void> applyNamespace(Resources &resources, const std::string &nameSpace);
void applyPrefix(Resources &resources, const std::string &prefix);
void applySuffix(Resources &resources, const std::string &suffix);
void applyLabels(Resources &resources, const LabelRule &rule);
void applyCommonLabels(Resources &resources, const StringMap &labels);
void applyAnnotations(Resources &resources, const StringMap &annotations);
[[nodiscard]] core::Result<void> applyImage(Resources &resources, const ImageRule &rule);
[[nodiscard]] core::Result<void> applyReplicas(Resources &resources, const ReplicaRule &rule);

} // namespace binnacle::stack::kustomize

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "stack/kustomize/FieldPath.h"

#include <filesystem>
#include <string>
#include <vector>

namespace binnacle::stack::kustomize {

/// Objects of `target` are referred to by these fields.
struct ReferenceRule
{
    Gvk target;
    std::vector<FieldSpec> fields;
};

/// Where the transformers write: the built-in places, and those that `configurations` and `crds` add.
struct Configuration
{
    std::vector<FieldSpec> namePrefix;
    std::vector<FieldSpec> nameSuffix;
    std::vector<FieldSpec> nameSpace;
    std::vector<FieldSpec> labels;         ///< of the object itself
    std::vector<FieldSpec> templateLabels; ///< of what a workload makes
    std::vector<FieldSpec> commonLabels;   ///< selectors too
    std::vector<FieldSpec> commonAnnotations;
    std::vector<FieldSpec> images;
    std::vector<FieldSpec> replicas;
    std::vector<FieldSpec> varReference;
    std::vector<ReferenceRule> nameReference;

    /// A place that is there already is not added again; it is an error when the two differ in `create`.
    [[nodiscard]] core::Result<void> add(const Configuration &other);
};

[[nodiscard]] const Configuration &builtInConfiguration();

[[nodiscard]] core::Result<Configuration> readConfiguration(const std::string &text, const std::string &file);

/// What a file of `crds` (OpenAPI definitions, by type name) says about names, labels and annotations by its
/// x-kubernetes-* marks.
[[nodiscard]] core::Result<Configuration> readCrdConfiguration(const std::string &text, const std::string &file);

} // namespace binnacle::stack::kustomize

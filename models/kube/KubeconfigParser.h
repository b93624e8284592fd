// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "kube/ConnectionSettings.h"

#include <map>
#include <memory>

namespace binnacle::kube {

/// A named entry that was read, or why it cannot be used.
template <typename T>
struct KubeconfigEntry
{
    std::shared_ptr<const T> value;
    std::optional<core::Error> problem;
};

struct ContextSettings
{
    std::string name;
    std::string cluster;
    std::string user;
    std::string nameSpace;
    std::string origin;
};

/// What one file or several merged ones say. Contexts keep the order of the files.
struct KubeconfigContent
{
    std::map<std::string, KubeconfigEntry<ClusterSettings>> clusters;
    std::map<std::string, KubeconfigEntry<UserSettings>> users;
    std::vector<ContextSettings> contexts;
    std::string currentContext;
    std::vector<core::Error> problems;

    /// Adds what is not there yet: the first file wins per key (Kubernetes documentation, "Merging kubeconfig files").
    void merge(KubeconfigContent other);
};

/// Reads kubeconfig text. `file` gives the folder that relative paths start from, and the name in messages. Never
/// throws; entries that make no sense carry their problem and hide nothing else.
[[nodiscard]] KubeconfigContent parseKubeconfig(const std::string &text, const std::string &file);

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace binnacle::contract {

enum class Verdict { Fits, Fails };

/// What is there, what is tried, and what the check shall say of it: API server and scheduler are then asked the same.
struct Situation
{
    const char *name;
    std::string given; ///< YAML: policies and what runs before
    std::string tried; ///< YAML: what is then created
    Verdict verdict = Verdict::Fits;
    const char *says = "";   ///< part of the first finding
    const char *labels = ""; ///< of the namespace
    int since = 0;           ///< fails only on servers of Kubernetes 1.<since> and later
    bool runs = false;       ///< on a node that has a kubelet
    bool invalid = false;    ///< the server refuses the object as such, not only its pods
    bool silent = false;     ///< no event says why no pod comes
    const char *also = "";   ///< part of another finding
};

[[nodiscard]] const std::vector<Situation> &situations();

/// Nodes of the test, by name: a and b in zones of their own, c tainted, d for one pod, e cordoned.
extern const std::vector<std::pair<std::string, std::string>> testNodes;
[[nodiscard]] std::string labelsOfNode(const std::string &name);

/// Runtime classes of the test, by the name that situations call them: YAML of what they say beside their handler.
extern const std::vector<std::pair<std::string, std::string>> testRuntimeClasses;

} // namespace binnacle::contract

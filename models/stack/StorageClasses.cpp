// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/StorageClasses.h"

#include <algorithm>
#include <tuple>

namespace binnacle::stack {

namespace {

/// Servers still honour the annotations of before 1.6.
constexpr const char *defaultClasses[] = {"storageclass.kubernetes.io/is-default-class",
                                          "storageclass.beta.kubernetes.io/is-default-class"};
constexpr const char *classOfOld = "volume.beta.kubernetes.io/storage-class";

bool isDefault(const core::Json &storageClass)
{
    return std::any_of(std::begin(defaultClasses), std::end(defaultClasses), [&](const char *annotation) {
        return textAt(storageClass, {"metadata", "annotations", annotation}) == "true";
    });
}

} // namespace

std::vector<const core::Json *> storageClassesOf(const Situation &situation)
{
    std::vector<const core::Json *> classes = situation.ofKind("StorageClass");
    if (const auto &live = situation.facts.storageClasses) {
        for (const core::Json &storageClass : *live) {
            if (!situation.own.contains(keyOf(storageClass)))
                classes.push_back(&storageClass);
        }
    }
    return classes;
}

std::string defaultStorageClass(const Situation &situation)
{
    auto classes = storageClassesOf(situation);
    std::erase_if(classes, [](const core::Json *storageClass) { return !isDefault(*storageClass); });
    const auto age = [](const core::Json *storageClass) {
        return textAt(*storageClass, {"metadata", "creationTimestamp"});
    };
    // Times of this form sort as text; of the same age the first by name.
    const auto chosen = std::min_element(classes.begin(), classes.end(), [&](const auto *a, const auto *b) {
        return std::make_tuple(age(b), keyOf(*a).name) < std::make_tuple(age(a), keyOf(*b).name);
    });
    return chosen == classes.end() ? std::string() : keyOf(**chosen).name;
}

const core::Json &namedStorageClass(const core::Json &claim)
{
    const core::Json &old = valueAt(claim, {"metadata", "annotations", classOfOld});
    return old.is_null() ? valueAt(claim, {"spec", "storageClassName"}) : old;
}

} // namespace binnacle::stack

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string>
#include <vector>

namespace binnacle::stack::kustomize {

/// A list whose elements are told apart by the values of some keys, with the rules of kustomize's list merge: a value
/// that is given as "" is fulfilled by any, a key without a value is not asked for.
class ElementList
{
public:
    using Texts = std::vector<std::string>;

    explicit ElementList(core::Json &list) : m_list(list) {}

    /// The values of the keys, of each element; "" where it has none.
    [[nodiscard]] std::vector<Texts> values(const Texts &keys) const;
    [[nodiscard]] core::Json *find(const Texts &keys, const Texts &values);
    void remove(const Texts &keys, const Texts &values);
    /// Takes the place of every element that fits, or goes to the end.
    void set(const core::Json &element, const Texts &keys, const Texts &values);
    /// Sets each element of `other`.
    void append(const core::Json &other, const Texts &keys);

private:
    core::Json &m_list;
};

/// Keys of which no element has a value are left out, with their values.
struct AskedFor
{
    ElementList::Texts keys;
    ElementList::Texts values;
};
[[nodiscard]] AskedFor askedFor(const std::vector<ElementList::Texts> &all, const ElementList::Texts &values,
                                const ElementList::Texts &keys);

/// Makes two that differ only where one has nothing the same: a port without a protocol is the one with it.
void unify(std::vector<ElementList::Texts> &all);

} // namespace binnacle::stack::kustomize

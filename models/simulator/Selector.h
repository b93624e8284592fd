// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

/// A label selector, from its query form ("app=web,tier in (a,b),!old") or from an object's LabelSelector.
class LabelSelector
{
public:
    LabelSelector() = default; ///< matches everything
    [[nodiscard]] static core::Result<LabelSelector> parse(std::string_view text);
    /// {matchLabels, matchExpressions}; a null selector matches nothing, an empty one everything.
    [[nodiscard]] static LabelSelector fromObject(const core::Json &selector);
    /// A plain map, as in Service.spec.selector; an empty one matches nothing there.
    [[nodiscard]] static LabelSelector fromMap(const core::Json &labels);

    [[nodiscard]] bool matches(const core::Json &labels) const;
    [[nodiscard]] bool isEverything() const { return !m_nothing && m_requirements.empty(); }
    [[nodiscard]] std::string toString() const;

private:
    enum class Operator { In, NotIn, Exists, DoesNotExist, Greater, Less };
    struct Requirement
    {
        std::string key;
        Operator op = Operator::In;
        std::vector<std::string> values;
    };

    static core::Result<Requirement> parseRequirement(std::string_view text);
    static bool holds(const Requirement &requirement, const core::Json &labels);

    bool m_nothing = false;
    std::vector<Requirement> m_requirements;
};

/// A field selector: "metadata.name=x,status.phase!=Running". Any scalar field can be selected.
class FieldSelector
{
public:
    FieldSelector() = default;
    [[nodiscard]] static core::Result<FieldSelector> parse(std::string_view text);
    [[nodiscard]] bool matches(const core::Json &object) const;
    [[nodiscard]] bool isEverything() const { return m_requirements.empty(); }

private:
    struct Requirement
    {
        std::vector<std::string> path;
        bool equal = true;
        std::string value;
    };
    std::vector<Requirement> m_requirements;
};

} // namespace binnacle::simulator

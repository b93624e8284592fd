// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Selection.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

namespace binnacle::stack::kustomize {

namespace {

/// A regular expression for the whole value; empty matches anything.
class Pattern
{
public:
    explicit Pattern(const std::string &text) : m_any(text.empty()), m_regex(m_any ? "" : "^(?:" + text + ")$") {}
    [[nodiscard]] bool matches(const std::string &value) const { return m_any || std::regex_match(value, m_regex); }

private:
    bool m_any;
    std::regex m_regex;
};

std::vector<std::string> requirements(const std::string &selector)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char letter : selector) {
        depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
        if (letter == ',' && depth == 0) {
            parts.emplace_back();
        } else {
            parts.back() += letter;
        }
    }
    return parts;
}

std::string trimmed(const std::string &text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string::npos ? std::string{} : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// std::nullopt: the requirement cannot be read.
std::optional<bool> fulfils(const core::Json &labels, const std::string &requirement)
{
    static const std::regex set(R"(([^\s=!(),]+)\s+(in|notin)\s+\(([^()]*)\))");
    static const std::regex equality(R"(([^\s=!(),]+)\s*(==|=|!=)\s*([^\s=!(),]*))");
    static const std::regex existence(R"((!?)\s*([^\s=!(),]+))");
    const auto valueOf = [&](const std::string &key) -> std::optional<std::string> {
        if (!labels.is_object() || !labels.contains(key) || !labels[key].is_string()) {
            return std::nullopt;
        }
        return labels[key].get<std::string>();
    };
    std::smatch match;
    if (std::regex_match(requirement, match, set)) {
        const auto value = valueOf(match[1]);
        const std::vector<std::string> words = requirements(match[3]);
        const bool in = value && std::any_of(words.begin(), words.end(),
                                             [&](const std::string &word) { return trimmed(word) == *value; });
        return in == (match[2] == "in");
    }
    if (std::regex_match(requirement, match, equality)) {
        const auto value = valueOf(match[1]);
        const bool equal = value && *value == match[3].str();
        return match[2] == "!=" ? !equal : equal;
    }
    if (std::regex_match(requirement, match, existence)) {
        return valueOf(match[2]).has_value() == (match[1].length() == 0);
    }
    return std::nullopt;
}

} // namespace

core::Result<bool> matchesLabels(const core::Json &labels, const std::string &selector)
{
    if (trimmed(selector).empty()) {
        return true;
    }
    for (const std::string &part : requirements(selector)) {
        const auto fulfilled = fulfils(labels, trimmed(part));
        if (!fulfilled) {
            return core::fail(core::ErrorKind::Configuration, "'" + selector + "' is not a label selector",
                              "Write it as kubectl's -l takes it.");
        }
        if (!*fulfilled) {
            return false;
        }
    }
    return true;
}

core::Result<std::vector<std::size_t>> select(const Resources &resources, const Selector &selector)
{
    std::vector<std::size_t> chosen;
    try {
        const Pattern group(selector.gvk.group);
        const Pattern version(selector.gvk.version);
        const Pattern kind(selector.gvk.kind);
        const Pattern name(selector.name);
        const Pattern nameSpace(selector.nameSpace);
        for (std::size_t i = 0; i < resources.size(); ++i) {
            const Resource &resource = resources[i];
            const ResourceId now = resource.id();
            const ResourceId original = resource.originalId();
            const bool named =
                (name.matches(now.name) || name.matches(original.name)) &&
                (nameSpace.matches(now.effectiveNamespace()) || nameSpace.matches(original.effectiveNamespace()));
            const bool kinds =
                group.matches(now.gvk.group) && version.matches(now.gvk.version) && kind.matches(now.gvk.kind);
            if (!named || !kinds) {
                continue;
            }
            const core::Json metadata = resource.object.value("metadata", core::Json::object());
            const auto labelled = matchesLabels(metadata.value("labels", core::Json::object()), selector.labels);
            const auto annotated =
                matchesLabels(metadata.value("annotations", core::Json::object()), selector.annotations);
            if (!labelled || !annotated) {
                return core::fail(labelled ? annotated.error() : labelled.error());
            }
            if (*labelled && *annotated) {
                chosen.push_back(i);
            }
        }
    } catch (const std::regex_error &error) {
        return core::fail(core::ErrorKind::Configuration,
                          std::string("a selector is not a regular expression: ") + error.what(),
                          "Correct the patch's target.");
    }
    return chosen;
}

} // namespace binnacle::stack::kustomize

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Replacements.h"

#include "stack/YamlScalar.h"
#include "stack/kustomize/Selection.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack::kustomize {

namespace {

/// Dots inside "[name=a.b]" do not separate.
std::vector<std::string> pathParts(const std::string &path)
{
    std::vector<std::string> parts(1);
    bool inBrackets = false;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const char letter = path[i];
        if (letter == '\\' && i + 1 < path.size() && path[i + 1] == '.') {
            parts.back() += path[++i];
            continue;
        }
        inBrackets = letter == '[' || (inBrackets && letter != ']');
        if (letter == '.' && !inBrackets) {
            parts.emplace_back();
        } else {
            parts.back() += letter;
        }
    }
    if (parts.size() > 1 && parts.front().empty()) {
        parts.erase(parts.begin()); // ".metadata.name", as many overlays write it
    }
    return parts;
}

std::string textOf(const core::Json &value)
{
    return value.is_string() ? value.get<std::string>() : value.dump();
}

bool isIndex(const std::string &part)
{
    return !part.empty() && std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

class Finder
{
public:
    Finder(std::vector<std::string> parts, bool create) : m_parts(std::move(parts)), m_create(create) {}

    std::vector<core::Json *> find(core::Json &object)
    {
        visit(object, 0);
        return m_found;
    }

private:
    void visit(core::Json &node, std::size_t depth)
    {
        if (depth == m_parts.size()) {
            m_found.push_back(&node);
            return;
        }
        const std::string &part = m_parts[depth];
        if (part == "*") {
            if (node.is_array()) {
                for (core::Json &item : node) {
                    visit(item, depth + 1);
                }
            }
        } else if (part.size() > 2 && part.front() == '[' && part.back() == ']') {
            const std::string inner = part.substr(1, part.size() - 2);
            if (inner.find('=') == std::string::npos && !node.is_array()) {
                visitField(node, inner, depth); // brackets keep the dots of a name together
            } else {
                visitElements(node, inner, depth);
            }
        } else if (node.is_array()) {
            visitIndex(node, part, depth);
        } else {
            visitField(node, part, depth);
        }
    }

    void visitElements(core::Json &node, const std::string &condition, std::size_t depth)
    {
        const auto equals = condition.find('=');
        if (equals == std::string::npos ||
            (!node.is_array() && !(m_create && (node.is_null() || node.is_discarded())))) {
            return;
        }
        if (!node.is_array()) {
            node = core::Json::array();
        }
        const std::string key = condition.substr(0, equals);
        const std::string value = condition.substr(equals + 1);
        bool any = false;
        if (node.is_array()) {
            for (core::Json &item : node) {
                const bool same = key.empty() ? textOf(item) == value
                                              : item.is_object() && item.contains(key) && textOf(item[key]) == value;
                if (same) {
                    any = true;
                    visit(item, depth + 1);
                }
            }
        }
        if (!any && m_create) {
            node.push_back(key.empty() ? core::Json(value) : core::Json{{key, value}});
            visit(node.back(), depth + 1);
        }
    }

    void visitIndex(core::Json &node, const std::string &part, std::size_t depth)
    {
        const std::size_t index = isIndex(part) && part.size() < 9 ? std::stoul(part) : node.size();
        if (m_create && isIndex(part) && index == node.size()) {
            node.push_back(core::Json(core::Json::value_t::discarded));
            visit(node.back(), depth + 1);
        } else if (index < node.size()) {
            visit(node[index], depth + 1);
        }
    }

    void visitField(core::Json &node, const std::string &part, std::size_t depth)
    {
        if (node.is_discarded()) {
            node = core::Json::object();
        }
        if (node.is_null() && m_create) {
            node = core::Json::object();
        }
        if (!node.is_object() || (!node.contains(part) && !m_create)) {
            return;
        }
        if (!node.contains(part)) {
            node[part] = core::Json(core::Json::value_t::discarded); // what is made has no type yet
        }
        visit(node[part], depth + 1);
    }

    std::vector<std::string> m_parts;
    bool m_create;
    std::vector<core::Json *> m_found;
};

core::Error failure(const std::string &what)
{
    return core::makeError(core::ErrorKind::Configuration, "replacements: " + what, "Correct the replacement.");
}

std::vector<std::string> splitText(const std::string &text, const std::string &delimiter)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t at = text.find(delimiter); at != std::string::npos; at = text.find(delimiter, start)) {
        parts.push_back(text.substr(start, at - start));
        start = at + delimiter.size();
    }
    parts.push_back(text.substr(start));
    return parts;
}

std::string joined(const std::vector<std::string> &parts, const std::string &delimiter)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        text += (i == 0 ? "" : delimiter) + parts[i];
    }
    return text;
}

bool chooses(const Selector &selector, const ResourceId &id)
{
    const auto fits = [](const std::string &wanted, const std::string &value) {
        return wanted.empty() || wanted == value;
    };
    return id.gvk.isSelectedBy(selector.gvk) && fits(selector.name, id.name) && fits(selector.nameSpace, id.nameSpace);
}

bool choosesResource(const Selector &selector, const Resource &resource)
{
    return chooses(selector, resource.id()) || std::any_of(resource.previous.begin(), resource.previous.end(),
                                                           [&](const ResourceId &id) { return chooses(selector, id); });
}

core::Result<bool> choosesByLabels(const Selector &selector, const Resource &resource)
{
    if (!choosesResource(selector, resource)) {
        return false;
    }
    const core::Json metadata = resource.object.value("metadata", core::Json::object());
    auto labelled = matchesLabels(metadata.value("labels", core::Json::object()), selector.labels);
    if (!labelled || !*labelled) {
        return labelled;
    }
    return matchesLabels(metadata.value("annotations", core::Json::object()), selector.annotations);
}

core::Result<core::Json> sourceValue(Resources &resources, const Replacement &replacement)
{
    if (replacement.sourceValue) {
        return core::Json(*replacement.sourceValue);
    }
    std::vector<Resource *> found;
    for (Resource &resource : resources) {
        if (choosesResource(*replacement.source, resource)) {
            found.push_back(&resource);
        }
    }
    const Selector &source = *replacement.source;
    if (found.size() != 1) {
        return core::fail(failure((found.empty() ? "nothing is " : "more than one object is ") +
                                  std::string("the source ") + source.gvk.kind + " " + source.name));
    }
    const std::string path = replacement.fieldPath.empty() ? "metadata.name" : replacement.fieldPath;
    const auto fields = findFields(found.front()->object, path, false);
    if (fields.empty()) {
        return core::fail(failure("fieldPath '" + path + "' is not in " + found.front()->id().describe()));
    }
    core::Json value = *fields.front();
    if (value.is_null()) {
        return core::fail(failure("fieldPath '" + path + "' of " + found.front()->id().describe() + " is null"));
    }
    if (replacement.options.delimiter.empty()) {
        return value;
    }
    if (value.is_structured()) {
        return core::fail(failure("a delimiter needs a single value, and '" + path + "' is a list or a map"));
    }
    const auto parts = splitText(textOf(value), replacement.options.delimiter);
    if (replacement.options.index < 0 || static_cast<std::size_t>(replacement.options.index) >= parts.size()) {
        return core::fail(
            failure("index " + std::to_string(replacement.options.index) + " is not in '" + textOf(value) + "'"));
    }
    return core::Json(parts[static_cast<std::size_t>(replacement.options.index)]);
}

/// Puts a text where a value was: it means what it means in its new place, "5" a number where a number was.
core::Result<void> setText(core::Json &field, const std::string &text)
{
    if (field.is_string()) {
        field = text;
        return {};
    }
    const core::Json meant = resolvePlainScalar(text).value_or(core::Json(text));
    const bool sameType = field.is_discarded() || field.is_structured() || (field.is_number() && meant.is_number()) ||
                          field.type() == meant.type();
    if (!sameType) {
        return core::fail(failure("'" + text + "' cannot take the place of " + field.dump()));
    }
    field = meant;
    return {};
}

core::Result<void> setField(core::Json &field, const core::Json &value, const ReplacementOptions &options)
{
    if (options.delimiter.empty()) {
        if (!value.is_structured()) {
            return setText(field, textOf(value));
        }
        if (!field.is_structured() && !field.is_discarded()) {
            return core::fail(failure("a list or a map cannot take the place of " + field.dump()));
        }
        field = value;
        return {};
    }
    if (field.is_structured()) {
        return core::fail(failure("a delimiter needs a single value as target"));
    }
    auto parts = splitText(field.is_null() || field.is_discarded() ? std::string{} : textOf(field), options.delimiter);
    if (options.index < 0) {
        parts.insert(parts.begin(), textOf(value));
    } else if (static_cast<std::size_t>(options.index) >= parts.size()) {
        parts.push_back(textOf(value));
    } else {
        parts[static_cast<std::size_t>(options.index)] = textOf(value);
    }
    return setText(field, joined(parts, options.delimiter));
}

core::Result<bool> isTarget(const ReplacementTarget &target, const Resource &resource)
{
    auto wanted = choosesByLabels(target.select, resource);
    if (!wanted || !*wanted) {
        return wanted;
    }
    for (const Selector &reject : target.reject) {
        const auto rejected = choosesByLabels(reject, resource);
        if (!rejected || *rejected) {
            return rejected ? core::Result<bool>(false) : rejected;
        }
    }
    return true;
}

core::Result<void> applyToTarget(Resources &resources, const core::Json &value, const ReplacementTarget &target)
{
    for (Resource &resource : resources) {
        const auto wanted = isTarget(target, resource);
        if (!wanted) {
            return core::fail(wanted.error());
        }
        if (!*wanted) {
            continue;
        }
        const std::vector<std::string> paths =
            target.fieldPaths.empty() ? std::vector<std::string>{"metadata.name"} : target.fieldPaths;
        for (const std::string &path : paths) {
            const auto fields = findFields(resource.object, path, target.options.create);
            if (fields.empty()) {
                return core::fail(failure("fieldPath '" + path + "' is not in " + resource.id().describe() +
                                          ", and options.create is not set"));
            }
            for (core::Json *field : fields) {
                if (auto done = setField(*field, value, target.options); !done) {
                    return done;
                }
            }
        }
    }
    return {};
}

} // namespace

std::vector<core::Json *> findFields(core::Json &object, const std::string &path, bool create)
{
    return Finder(pathParts(path), create).find(object);
}

core::Result<void> applyReplacement(Resources &resources, const Replacement &replacement)
{
    const auto value = sourceValue(resources, replacement);
    if (!value) {
        return core::fail(value.error());
    }
    for (const ReplacementTarget &target : replacement.targets) {
        if (auto done = applyToTarget(resources, *value, target); !done) {
            return done;
        }
    }
    return {};
}

} // namespace binnacle::stack::kustomize

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/FieldPath.h"

#include <nlohmann/json.hpp>

namespace binnacle::stack::kustomize {

namespace {

void visit(core::Json &node, const std::vector<std::string> &path, std::size_t depth, bool create,
           const std::function<void(core::Json &)> &set)
{
    if (depth == path.size()) {
        set(node);
        return;
    }
    if (node.is_array()) {
        for (core::Json &item : node) {
            visit(item, path, depth, create, set);
        }
        return;
    }
    if (node.is_null() && create) {
        node = core::Json::object();
    }
    if (!node.is_object()) {
        return;
    }
    std::string field = path[depth];
    const bool isList = field.size() > 2 && field.compare(field.size() - 2, 2, "[]") == 0;
    if (isList) {
        field.resize(field.size() - 2);
    }
    if (!node.contains(field)) {
        if (!create || isList) {
            return;
        }
        node[field] = nullptr;
    }
    visit(node[field], path, depth + 1, create, set);
}

} // namespace

std::vector<std::string> splitPath(const std::string &path, char separator)
{
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '\\' && i + 1 < path.size() && path[i + 1] == separator) {
            parts.back() += separator;
            ++i;
        } else if (path[i] == separator) {
            parts.emplace_back();
        } else {
            parts.back() += path[i];
        }
    }
    return parts;
}

void visitField(core::Json &object, const std::string &path, bool create, const std::function<void(core::Json &)> &set)
{
    visit(object, splitPath(path, '/'), 0, create, set);
}

} // namespace binnacle::stack::kustomize

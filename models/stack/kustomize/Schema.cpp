// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Schema.h"

#include "stack/YamlReader.h"
#include "stack/kustomize/FieldPath.h"

#include <nlohmann/json.hpp>

namespace binnacle::stack::kustomize {

namespace {

const core::Json *member(const core::Json *object, const std::string &key)
{
    if (object == nullptr || !object->is_object()) {
        return nullptr;
    }
    const auto found = object->find(key);
    return found == object->end() ? nullptr : &*found;
}

} // namespace

core::Result<Schema> Schema::read(const std::string &text, const std::string &file)
{
    auto documents = readYaml(text, file);
    if (!documents) {
        return core::fail(documents.error());
    }
    const core::Json *definitions = documents->empty() ? nullptr : member(&documents->front(), "definitions");
    if (definitions == nullptr || !definitions->is_object()) {
        return core::fail(core::ErrorKind::Configuration, file + ":1:1: it has no map 'definitions'",
                          "Name a file as `kustomize openapi fetch` prints it.");
    }
    Schema schema;
    schema.m_definitions = *definitions;
    return schema;
}

const core::Json *Schema::definitionOf(const Gvk &gvk) const
{
    for (const core::Json &definition : m_definitions) {
        const core::Json *kinds = member(&definition, "x-kubernetes-group-version-kind");
        if (kinds == nullptr || !kinds->is_array()) {
            continue;
        }
        for (const core::Json &kind : *kinds) {
            if (kind.is_object() && kind.value("group", "") == gvk.group && kind.value("version", "") == gvk.version &&
                kind.value("kind", "") == gvk.kind) {
                return &definition;
            }
        }
    }
    return nullptr;
}

const core::Json *Schema::resolved(const core::Json *node) const
{
    constexpr int deepest = 32; // references may form a circle
    for (int depth = 0; depth < deepest; ++depth) {
        const core::Json *reference = member(node, "$ref");
        if (reference == nullptr || !reference->is_string()) {
            return node;
        }
        const auto text = reference->get<std::string>();
        node = member(&m_definitions, text.substr(text.rfind('/') + 1));
    }
    return nullptr;
}

std::optional<std::vector<std::string>> Schema::mergeKeys(const Gvk &gvk, const std::string &path) const
{
    const core::Json *node = definitionOf(gvk);
    const core::Json *field = nullptr;
    for (const std::string &part : splitPath(path, '.')) {
        node = resolved(node);
        if (const core::Json *items = member(node, "items"); items != nullptr) {
            node = resolved(items);
        }
        field = member(member(node, "properties"), part);
        field = field == nullptr ? member(node, "additionalProperties") : field;
        node = field;
    }
    const core::Json *strategy = member(field, "x-kubernetes-patch-strategy");
    if (strategy == nullptr || !strategy->is_string() ||
        strategy->get<std::string>().find("merge") == std::string::npos) {
        return std::nullopt;
    }
    std::vector<std::string> keys;
    if (const core::Json *list = member(field, "x-kubernetes-list-map-keys"); list != nullptr && list->is_array()) {
        for (const core::Json &key : *list) {
            keys.push_back(key.is_string() ? key.get<std::string>() : std::string{});
        }
    } else if (const core::Json *key = member(field, "x-kubernetes-patch-merge-key");
               key != nullptr && key->is_string()) {
        keys.push_back(key->get<std::string>());
    }
    return keys;
}

} // namespace binnacle::stack::kustomize

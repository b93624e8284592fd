// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Configuration.h"

#include "stack/YamlReader.h"
#include "stack/kustomize/FieldReaders.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack::kustomize {

namespace {

struct Part
{
    const char *key;
    std::vector<FieldSpec> Configuration::*fields;
};

const std::vector<Part> parts = {
    {"namePrefix", &Configuration::namePrefix},
    {"nameSuffix", &Configuration::nameSuffix},
    {"namespace", &Configuration::nameSpace},
    {"labels", &Configuration::labels},
    {"templateLabels", &Configuration::templateLabels},
    {"commonLabels", &Configuration::commonLabels},
    {"commonAnnotations", &Configuration::commonAnnotations},
    {"images", &Configuration::images},
    {"replicas", &Configuration::replicas},
    {"varReference", &Configuration::varReference},
};

core::Result<void> addFields(std::vector<FieldSpec> &all, const std::vector<FieldSpec> &more)
{
    for (const FieldSpec &field : more) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const FieldSpec &other) {
            return other.gvk == field.gvk && other.path == field.path;
        });
        if (found == all.end()) {
            all.push_back(field);
        } else if (found->create != field.create) {
            return core::fail(core::ErrorKind::Configuration,
                              "the field '" + field.path + "' is configured twice, once with 'create' and once without",
                              "Write the same in both configurations.");
        }
    }
    return {};
}

const core::Json *member(const core::Json &object, const std::string &key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found == object.end() ? nullptr : &*found;
}

/// Follows the definitions of one type; `path` is where in the object it stands.
class CrdReader
{
public:
    CrdReader(const core::Json &definitions, Configuration &out) : m_definitions(definitions), m_out(out) {}

    void read(const std::string &kind, const std::string &type, const std::string &path, int depth = 0)
    {
        const core::Json *definition = member(m_definitions, type);
        const core::Json *schema = definition == nullptr ? nullptr : member(*definition, "Schema");
        schema = schema == nullptr && definition != nullptr ? member(*definition, "schema") : schema;
        const core::Json *properties = schema == nullptr ? nullptr : member(*schema, "properties");
        if (properties == nullptr || !properties->is_object() || depth > 32) {
            return;
        }
        for (const auto &[name, property] : properties->items()) {
            const std::string here = path.empty() ? name : path + "/" + name;
            addMarks({"", "", kind}, here, property);
            if (const core::Json *reference = member(property, "$ref");
                reference != nullptr && reference->is_string()) {
                read(kind, reference->get<std::string>(), here, depth + 1);
            }
        }
    }

    static bool isObject(const core::Json &definition)
    {
        const core::Json *schema = member(definition, "Schema");
        schema = schema == nullptr ? member(definition, "schema") : schema;
        const core::Json *properties = schema == nullptr ? nullptr : member(*schema, "properties");
        return properties != nullptr && properties->contains("kind") && properties->contains("apiVersion") &&
               properties->contains("metadata");
    }

private:
    void addMarks(const Gvk &gvk, const std::string &path, const core::Json &property)
    {
        const auto text = [&](const char *mark, const char *otherwise) {
            const core::Json *value = member(property, mark);
            return value != nullptr && value->is_string() ? value->get<std::string>() : std::string(otherwise);
        };
        const FieldSpec field{gvk, path, false};
        if (property.contains("x-kubernetes-annotation")) {
            m_out.commonAnnotations.push_back(field);
        }
        if (property.contains("x-kubernetes-label-selector")) {
            m_out.commonLabels.push_back(field);
        }
        if (property.contains("x-kubernetes-identity")) {
            m_out.namePrefix.push_back(field);
        }
        const std::string kind = text("x-kubernetes-object-ref-kind", "");
        const std::string version = text("x-kubernetes-object-ref-api-version", "");
        if (!kind.empty() && !version.empty()) {
            const std::string key = text("x-kubernetes-object-ref-name-key", "name");
            m_out.nameReference.push_back({{"", version, kind}, {{gvk, path + "/" + key, false}}});
        }
    }

    const core::Json &m_definitions;
    Configuration &m_out;
};

} // namespace

core::Result<void> Configuration::add(const Configuration &other)
{
    for (const Part &part : parts) {
        if (auto done = addFields(this->*part.fields, other.*part.fields); !done) {
            return done;
        }
    }
    for (const ReferenceRule &rule : other.nameReference) {
        const auto found = std::find_if(nameReference.begin(), nameReference.end(),
                                        [&](const ReferenceRule &known) { return known.target == rule.target; });
        if (found == nameReference.end()) {
            nameReference.push_back(rule);
        } else if (auto done = addFields(found->fields, rule.fields); !done) {
            return done;
        }
    }
    return {};
}

core::Result<Configuration> readConfiguration(const std::string &text, const std::string &file)
{
    auto nodes = parseYaml(text, file);
    if (!nodes) {
        return core::fail(nodes.error());
    }
    Configuration out;
    YamlProblems problems(file, TextRule::Strict);
    for (const YAML::Node &node : *nodes) {
        if (node.IsNull()) {
            continue;
        }
        YamlFields fields(node, "a transformer configuration", problems);
        for (const Part &part : parts) {
            out.*part.fields = readFieldSpecs(fields, part.key, problems);
        }
        fields.each("nameReference", [&](const YAML::Node &item) {
            YamlFields rule(item, "a name reference", problems);
            ReferenceRule reference;
            reference.target = readGvk(rule);
            reference.fields = readFieldSpecs(rule, "fieldSpecs", problems);
            rule.finish();
            out.nameReference.push_back(std::move(reference));
        });
        fields.finish();
    }
    if (!problems.isEmpty()) {
        return core::fail(problems.toError());
    }
    return out;
}

core::Result<Configuration> readCrdConfiguration(const std::string &text, const std::string &file)
{
    auto documents = readYaml(text, file);
    if (!documents) {
        return core::fail(documents.error());
    }
    Configuration out;
    for (const core::Json &definitions : *documents) {
        if (!definitions.is_object()) {
            return core::fail(core::ErrorKind::Configuration, file + ":1:1: it holds no OpenAPI definitions",
                              "A file of 'crds' is a map from type names to OpenAPI definitions.");
        }
        CrdReader reader(definitions, out);
        for (const auto &[type, definition] : definitions.items()) {
            if (CrdReader::isObject(definition)) {
                reader.read(type.substr(type.rfind('.') + 1), type, "");
            }
        }
    }
    return out;
}

} // namespace binnacle::stack::kustomize

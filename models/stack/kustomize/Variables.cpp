// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Variables.h"

#include "stack/kustomize/Replacements.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace binnacle::stack::kustomize {

namespace {

using Values = std::map<std::string, core::Json>;

/// "spec.ports[0].port" as the replacements write it: "spec.ports.0.port".
std::string dotted(const std::string &path)
{
    std::string out;
    for (const char letter : path) {
        if (letter == '[') {
            out += '.';
        } else if (letter != ']') {
            out += letter;
        }
    }
    return out;
}

bool isMeant(const Variable &variable, const Resource &resource)
{
    const auto same = [&](const ResourceId &id) {
        const ResourceId &wanted = variable.object;
        return id.gvk == wanted.gvk && id.name == wanted.name &&
               ((wanted.nameSpace.empty() && !wanted.gvk.isClusterScoped()) ||
                id.effectiveNamespace() == wanted.effectiveNamespace());
    };
    return same(resource.id()) || std::any_of(resource.previous.begin(), resource.previous.end(), same);
}

std::string textOf(const core::Json &value)
{
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The syntax of Kubernetes' own expansion: `$$` is a dollar sign, an unknown name stays as it is written.
core::Json expand(const std::string &text, const Values &values)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const std::size_t close = text[i + 1] == '(' ? text.find(')', i) : std::string::npos;
        if (close == std::string::npos) {
            out += text[i + 1] == '$' ? "$" : text.substr(i, 2);
            ++i;
            continue;
        }
        const auto value = values.find(text.substr(i + 2, close - i - 2));
        if (value == values.end()) {
            out += text.substr(i, close - i + 1);
        } else if (i == 0 && close + 1 == text.size()) {
            return value->second; // nothing else is written there: the value keeps its type
        } else {
            out += textOf(value->second);
        }
        i = close;
    }
    return out;
}

void expandIn(core::Json &node, const Values &values)
{
    if (node.is_string()) {
        node = expand(node.get<std::string>(), values);
    } else if (node.is_structured()) {
        for (core::Json &item : node) {
            if (item.is_string()) {
                item = expand(item.get<std::string>(), values);
            }
        }
    }
}

core::Result<core::Json> valueOf(Resources &resources, const Variable &variable)
{
    const auto refuse = [&](const std::string &what) {
        return core::fail(core::ErrorKind::Configuration, "vars: $(" + variable.name + "): " + what,
                          "Correct its objref or fieldref.");
    };
    for (Resource &resource : resources) {
        if (std::find(resource.variables.begin(), resource.variables.end(), variable.name) ==
            resource.variables.end()) {
            continue;
        }
        const auto found = findFields(resource.object, dotted(variable.fieldPath), false);
        if (found.empty() || found.front()->is_structured() || found.front()->is_null()) {
            return refuse("'" + variable.fieldPath + "' is no single value of " + resource.id().describe());
        }
        return *found.front();
    }
    return refuse("there is no " + variable.object.describe());
}

} // namespace

core::Result<void> mergeVariables(std::vector<Variable> &all, const std::vector<Variable> &more,
                                  const std::string &origin)
{
    for (const Variable &variable : more) {
        if (std::any_of(all.begin(), all.end(), [&](const Variable &known) { return known.name == variable.name; })) {
            return core::fail(core::ErrorKind::Configuration,
                              origin + ": the var '" + variable.name + "' is there already", "Give it another name.");
        }
        all.push_back(variable);
    }
    return {};
}

core::Result<void> addVariables(Resources &resources, const Kustomization &kustomization, std::vector<Variable> &all)
{
    for (const Variable &variable : kustomization.variables) {
        std::vector<Resource *> meant;
        for (Resource &resource : resources) {
            if (isMeant(variable, resource)) {
                meant.push_back(&resource);
            }
        }
        if (meant.size() > 1) {
            return core::fail(core::ErrorKind::Configuration,
                              kustomization.placeOf("vars") + ": the var '" + variable.name +
                                  "' may mean more than one " + variable.object.describe(),
                              "Add the namespace to its objref.");
        }
        for (Resource *resource : meant) {
            resource->variables.push_back(variable.name);
        }
    }
    return mergeVariables(all, kustomization.variables, kustomization.placeOf("vars"));
}

core::Result<void> resolveVariables(Resources &resources, const std::vector<Variable> &all, const FieldSpecs &fields)
{
    Values values;
    for (const Variable &variable : all) {
        auto value = valueOf(resources, variable);
        if (!value) {
            return core::fail(value.error());
        }
        values[variable.name] = std::move(*value);
    }
    if (values.empty()) {
        return {};
    }
    for (Resource &resource : resources) {
        const Gvk gvk = resource.gvk();
        for (const FieldSpec &field : fields) {
            if (gvk.isSelectedBy(field.gvk)) {
                visitField(resource.object, field.path, false, [&](core::Json &node) { expandIn(node, values); });
            }
        }
    }
    return {};
}

} // namespace binnacle::stack::kustomize

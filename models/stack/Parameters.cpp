// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Parameters.h"

#include "core/Quantity.h"
#include "stack/YamlFields.h"
#include "stack/kustomize/Replacements.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace binnacle::stack {

namespace {

bool fitsFrom(const std::string &glob, std::size_t g, const std::string &text, std::size_t t)
{
    while (g < glob.size()) {
        if (glob[g] == '*') {
            for (std::size_t rest = t; rest <= text.size(); ++rest) {
                if (fitsFrom(glob, g + 1, text, rest)) {
                    return true;
                }
            }
            return false;
        }
        if (t >= text.size() || (glob[g] != '?' && glob[g] != text[t])) {
            return false;
        }
        ++g;
        ++t;
    }
    return t == text.size();
}

std::optional<long long> integerOf(const std::string &text)
{
    long long value = 0;
    const char *end = text.data() + text.size();
    const auto [stop, status] = std::from_chars(text.data(), end, value);
    return status == std::errc{} && stop == end && !text.empty() ? std::optional(value) : std::nullopt;
}

core::Result<void> checkValue(const Parameter &parameter, const std::string &value)
{
    if (parameter.type == Parameter::Type::Integer && !integerOf(value)) {
        return core::fail(core::ErrorKind::Usage, parameter.name + "=" + value + ": a whole number is needed",
                          "Correct the value of --set.");
    }
    if (parameter.type == Parameter::Type::Quantity && !core::Quantity::parse(value)) {
        return core::fail(core::ErrorKind::Usage,
                          parameter.name + "=" + value + ": a quantity like 500m, 2 or 10Gi is needed",
                          "Correct the value of --set.");
    }
    return {};
}

struct ImageName
{
    std::string registry; ///< with its slash; empty for Docker Hub's short names
    std::string name;
    std::string tag;
    std::string digest;
};

ImageName splitImage(std::string text)
{
    ImageName image;
    if (const auto at = text.find('@'); at != std::string::npos) {
        image.digest = text.substr(at + 1);
        text.resize(at);
    }
    const auto slash = text.rfind('/');
    const auto colon = text.rfind(':');
    if (colon != std::string::npos && (slash == std::string::npos || colon > slash)) {
        image.tag = text.substr(colon + 1);
        text.resize(colon);
    }
    if (const auto last = text.rfind('/'); last != std::string::npos) {
        image.registry = text.substr(0, last + 1);
        text.erase(0, last + 1);
    }
    image.name = text;
    return image;
}

std::string changedImage(const std::string &text, Parameter::ImagePart part, const std::string &value)
{
    ImageName image = splitImage(text);
    switch (part) {
    case Parameter::ImagePart::Registry:
        image.registry = value.empty() || value.back() == '/' ? value : value + "/";
        break;
    case Parameter::ImagePart::Name: {
        const ImageName other = splitImage(value);
        image.registry = other.registry;
        image.name = other.name;
        break;
    }
    case Parameter::ImagePart::Tag:
        image.tag = value;
        image.digest.clear();
        break;
    case Parameter::ImagePart::Digest:
        image.tag.clear();
        image.digest = value;
        break;
    case Parameter::ImagePart::None:
        break;
    }
    return image.registry + image.name + (image.tag.empty() ? "" : ":" + image.tag) +
           (image.digest.empty() ? "" : "@" + image.digest);
}

using Places = std::vector<core::Json *>;

void findImages(core::Json &node, const std::vector<std::string> &globs, Places &places)
{
    if (node.is_array()) {
        for (core::Json &item : node) {
            findImages(item, globs, places);
        }
        return;
    }
    if (!node.is_object()) {
        return;
    }
    for (auto &[key, value] : node.items()) {
        if ((key != "containers" && key != "initContainers") || !value.is_array()) {
            findImages(value, globs, places);
            continue;
        }
        for (core::Json &container : value) {
            if (!container.is_object() || !container.contains("image") || !container["image"].is_string()) {
                continue;
            }
            const ImageName image = splitImage(container["image"].get<std::string>());
            if (std::any_of(globs.begin(), globs.end(),
                            [&](const std::string &glob) { return fitsGlob(glob, image.registry + image.name); })) {
                places.push_back(&container["image"]);
            }
        }
    }
}

/// Where a parameter goes to. Found for all parameters before any is written, so that changing the registry does not
/// hide an image from the parameter that changes its tag.
struct Assignment
{
    const Parameter *parameter;
    std::string value;
    Places images;
    std::vector<std::pair<core::Json *, const Parameter::Field *>> fields;
};

Assignment locate(const Parameter &parameter, const std::string &value, std::vector<core::Json> &objects)
{
    Assignment found{&parameter, value, {}, {}};
    for (core::Json &object : objects) {
        if (!parameter.images.empty()) {
            findImages(object, parameter.images, found.images);
        }
        for (const Parameter::Field &field : parameter.fields) {
            if (!matches(field.objects, object)) {
                continue;
            }
            for (const std::string &path : field.paths) {
                for (core::Json *place : kustomize::findFields(object, path, false)) {
                    found.fields.emplace_back(place, &field);
                }
            }
        }
    }
    return found;
}

void assign(const Assignment &assignment)
{
    for (core::Json *place : assignment.images) {
        *place = changedImage(place->get<std::string>(), assignment.parameter->imagePart, assignment.value);
    }
    for (const auto &[place, field] : assignment.fields) {
        if (assignment.parameter->type == Parameter::Type::Integer) {
            *place = integerOf(assignment.value).value_or(0);
        } else {
            *place = field->prefix + assignment.value + field->suffix;
        }
    }
}

std::string listOf(const std::vector<Parameter> &parameters)
{
    std::string all;
    for (const Parameter &parameter : parameters) {
        all += (all.empty() ? "" : ", ") + parameter.name;
    }
    return all.empty() ? "none" : all;
}

} // namespace

bool fitsGlob(const std::string &glob, const std::string &text)
{
    return glob.empty() || fitsFrom(glob, 0, text, 0);
}

bool matches(const DeployStep::Match &match, const core::Json &object)
{
    return fitsGlob(match.kind, kustomize::gvkOf(object).kind) &&
           fitsGlob(match.name, kustomize::metadataText(object, "name")) &&
           fitsGlob(match.nameSpace, kustomize::metadataText(object, "namespace"));
}

core::Result<void> checkParameters(const Stack &stack, const std::map<std::string, std::string> &values)
{
    for (const auto &[name, value] : values) {
        const auto parameter = std::find_if(stack.parameters.begin(), stack.parameters.end(),
                                            [&, &wanted = name](const Parameter &p) { return p.name == wanted; });
        if (parameter == stack.parameters.end()) {
            std::vector<std::string> names;
            for (const Parameter &known : stack.parameters) {
                names.push_back(known.name);
            }
            const std::string near = nearestWord(name, names);
            return core::fail(core::ErrorKind::Usage,
                              "the stack " + stack.name + " has no parameter '" + name + "'" +
                                  (near.empty() ? "" : ": did you mean '" + near + "'?"),
                              "Its parameters are: " + listOf(stack.parameters) + ".");
        }
        if (auto valid = checkValue(*parameter, value); !valid) {
            return valid;
        }
    }
    return {};
}

core::Result<void> applyParameters(const Stack &stack, const std::map<std::string, std::string> &values,
                                   std::vector<core::Json> &objects)
{
    std::vector<Assignment> assignments;
    for (const Parameter &parameter : stack.parameters) {
        const auto given = values.find(parameter.name);
        if (given == values.end() && parameter.defaultValue.empty()) {
            continue;
        }
        Assignment found = locate(parameter, given == values.end() ? parameter.defaultValue : given->second, objects);
        if (found.images.empty() && found.fields.empty()) {
            return core::fail(core::ErrorKind::Configuration,
                              "the parameter '" + parameter.name + "' finds nothing to change in the rendered objects",
                              "Correct its 'images' or 'fields' in " + (stack.directory / "stack.yaml").string() + ".");
        }
        assignments.push_back(std::move(found));
    }
    for (const Assignment &assignment : assignments) {
        assign(assignment);
    }
    return {};
}

} // namespace binnacle::stack

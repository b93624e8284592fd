// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SharedString.h"
#include "kube/RecordDecoder.h"

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

/// Objects for tests, written as an operator would.
namespace binnacle::tests {

inline core::Json scalarFrom(const YAML::Node &node)
{
    const std::string text = node.Scalar();
    if (node.Tag() == "!") // quoted
        return text;
    if (bool value = false; YAML::convert<bool>::decode(node, value) && (text == "true" || text == "false"))
        return value;
    if (long long value = 0; YAML::convert<long long>::decode(node, value))
        return value;
    return text;
}

inline core::Json jsonFrom(const YAML::Node &node)
{
    if (node.IsMap()) {
        core::Json object = core::Json::object();
        for (const auto &entry : node)
            object[entry.first.Scalar()] = jsonFrom(entry.second);
        return object;
    }
    if (node.IsSequence()) {
        core::Json array = core::Json::array();
        for (const auto &entry : node)
            array.push_back(jsonFrom(entry));
        return array;
    }
    return node.IsScalar() ? scalarFrom(node) : core::Json();
}

inline core::Json object(const std::string &yaml)
{
    return jsonFrom(YAML::Load(yaml));
}

inline kube::RecordPointer record(const std::string &yaml)
{
    core::StringPool pool;
    return kube::recordFromJson(object(yaml), pool);
}

/// The documents of a stream.
inline std::vector<kube::RecordPointer> records(const std::string &yaml)
{
    core::StringPool pool;
    std::vector<kube::RecordPointer> all;
    for (const YAML::Node &node : YAML::LoadAll(yaml))
        if (node.IsMap())
            all.push_back(kube::recordFromJson(jsonFrom(node), pool));
    return all;
}

} // namespace binnacle::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/YamlToJson.h"

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace binnacle::kube {

namespace {

core::Json scalar(const YAML::Node &node)
{
    if (node.Tag() == "!") // yaml-cpp's mark of a quoted scalar
        return node.Scalar();
    if (bool flag = false; YAML::convert<bool>::decode(node, flag))
        return flag;
    if (std::int64_t integer = 0; YAML::convert<std::int64_t>::decode(node, integer))
        return integer;
    if (double number = 0; YAML::convert<double>::decode(node, number))
        return number;
    return node.Scalar();
}

} // namespace

core::Json yamlToJson(const YAML::Node &node, int depth)
{
    constexpr int deepest = 100;
    if (depth > deepest)
        throw YAML::RepresentationException(node.Mark(), "nested too deeply");
    switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
        return nullptr;
    case YAML::NodeType::Scalar:
        return scalar(node);
    case YAML::NodeType::Sequence: {
        auto array = core::Json::array();
        for (const auto &item : node)
            array.push_back(yamlToJson(item, depth + 1));
        return array;
    }
    case YAML::NodeType::Map: {
        auto object = core::Json::object();
        for (const auto &entry : node)
            object[entry.first.as<std::string>()] = yamlToJson(entry.second, depth + 1);
        return object;
    }
    }
    return nullptr;
}

} // namespace binnacle::kube

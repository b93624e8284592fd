// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/YamlReader.h"

#include "core/YamlStream.h"
#include "stack/YamlNodes.h"
#include "stack/YamlScalar.h"

#include <QByteArray>

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace binnacle::stack {

namespace {

/// A small file may name the same anchor many times over and grow without bound when it is expanded.
constexpr std::size_t maxExpandedNodes = 500'000;
/// A node may contain itself by an alias. No schema of Kubernetes comes near this.
constexpr int maxDepth = 400;

std::optional<bool> oldBoolean(const std::string &text)
{
    static const std::set<std::string> yes = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"};
    static const std::set<std::string> no = {"n", "N", "no", "No", "NO", "off", "Off", "OFF"};
    return yes.contains(text) ? std::optional(true) : no.contains(text) ? std::optional(false) : std::nullopt;
}

/// JSON has texts as keys only.
bool isWord(const std::string &key)
{
    const auto value = resolvePlainScalar(key);
    return value && (value->is_string() || key.empty());
}

class Converter
{
public:
    explicit Converter(const std::string &file, YamlWords words = YamlWords::Yaml12) : m_file(file), m_words(words) {}

    core::Result<core::Json> convert(const YAML::Node &node)
    {
        if (++m_nodes > maxExpandedNodes) {
            return core::fail(yamlError(m_file, node.Mark(),
                                        "the aliases of this document expand to more than half a million values"));
        }
        if (m_depth >= maxDepth) {
            return core::fail(
                yamlError(m_file, node.Mark(), "nested too deeply, or an alias stands inside its anchor"));
        }
        ++m_depth;
        auto value = valueOf(node);
        --m_depth;
        return value;
    }

private:
    core::Result<core::Json> valueOf(const YAML::Node &node)
    {
        switch (node.Type()) {
        case YAML::NodeType::Undefined:
        case YAML::NodeType::Null:
            return core::Json(nullptr);
        case YAML::NodeType::Scalar:
            return scalar(node);
        case YAML::NodeType::Sequence:
            return sequence(node);
        case YAML::NodeType::Map:
            break;
        }
        core::Json object = core::Json::object();
        if (auto filled = map(node, object); !filled) {
            return core::fail(filled.error());
        }
        return object;
    }

    core::Result<core::Json> scalar(const YAML::Node &node)
    {
        const std::string &tag = node.Tag();
        if (tag == "!" || tag == "tag:yaml.org,2002:str") {
            return core::Json(node.Scalar());
        }
        if (tag == "tag:yaml.org,2002:binary") {
            return core::Json(QByteArray::fromBase64(QByteArray::fromStdString(node.Scalar())).toStdString());
        }
        if (m_words == YamlWords::Yaml11) {
            if (const auto word = oldBoolean(node.Scalar())) {
                return core::Json(*word);
            }
        }
        auto value = resolvePlainScalar(node.Scalar());
        if (!value) {
            return core::fail(
                yamlError(m_file, node.Mark(),
                          "'" + node.Scalar() + "' is not a number that JSON can hold; quote it if it is text"));
        }
        return *value;
    }

    core::Result<core::Json> sequence(const YAML::Node &node)
    {
        core::Json array = core::Json::array();
        for (const auto &item : node) {
            auto value = convert(item);
            if (!value) {
                return value;
            }
            array.push_back(std::move(*value));
        }
        return array;
    }

    core::Result<void> map(const YAML::Node &node, core::Json &object)
    {
        std::set<std::string> seen;
        std::vector<YAML::Node> merged;
        for (const auto &entry : node) {
            if (!entry.first.IsScalar()) {
                return core::fail(yamlError(m_file, entry.first.Mark(), "a key must be a word"));
            }
            const std::string key = entry.first.Scalar();
            if (!seen.insert(key).second) {
                return core::fail(yamlError(m_file, entry.first.Mark(), "the key '" + key + "' is given twice"));
            }
            if (key == "<<" && entry.first.Tag() != "!") {
                merged.push_back(entry.second);
                continue;
            }
            if (entry.first.Tag() == "?" && !isWord(key)) {
                return core::fail(
                    yamlError(m_file, entry.first.Mark(), "the key " + key + " must be a text: quote it"));
            }
            auto value = convert(entry.second);
            if (!value) {
                return core::fail(value.error());
            }
            object[key] = std::move(*value);
        }
        for (const YAML::Node &source : merged) {
            if (auto done = merge(source, object); !done) {
                return done;
            }
        }
        return {};
    }

    /// A merge key gives what the map itself does not say; of several sources the first wins.
    core::Result<void> merge(const YAML::Node &source, core::Json &object)
    {
        if (source.IsSequence()) {
            for (const auto &item : source) {
                if (auto done = mergeMap(item, object); !done) {
                    return done;
                }
            }
            return {};
        }
        return mergeMap(source, object);
    }

    core::Result<void> mergeMap(const YAML::Node &source, core::Json &object)
    {
        if (!source.IsMap()) {
            return core::fail(yamlError(m_file, source.Mark(), "'<<' needs a map, or a list of maps"));
        }
        auto value = convert(source);
        if (!value) {
            return core::fail(value.error());
        }
        for (auto &[key, item] : value->items()) {
            if (!object.contains(key)) {
                object[key] = item;
            }
        }
        return {};
    }

    const std::string &m_file;
    YamlWords m_words;
    std::size_t m_nodes = 0;
    int m_depth = 0;
};

/// Rewrites maps in place; aliases may repeat a node without bound, or a node may contain itself.
class MergeKeys
{
public:
    explicit MergeKeys(std::size_t &budget) : m_budget(budget) {}

    void expand(YAML::Node node, int depth)
    {
        constexpr int deepest = 100;
        if (depth > deepest || m_budget == 0) {
            return;
        }
        --m_budget;
        if (node.IsSequence()) {
            for (const auto &item : node) {
                expand(item, depth + 1);
            }
        }
        if (!node.IsMap()) {
            return;
        }
        const std::vector<YAML::Node> sources = sourcesOf(node, depth);
        for (const YAML::Node &source : sources) {
            if (!source.IsMap() || source.is(node)) {
                return; // stays, and is told as an unknown field
            }
        }
        for (const YAML::Node &source : sources) {
            for (const auto &entry : source) {
                if (entry.first.IsScalar() && !std::as_const(node)[entry.first.Scalar()].IsDefined()) {
                    node[entry.first] = entry.second;
                }
            }
        }
        if (!sources.empty()) {
            node.remove("<<");
        }
    }

private:
    std::vector<YAML::Node> sourcesOf(const YAML::Node &node, int depth)
    {
        std::vector<YAML::Node> sources;
        for (const auto &entry : node) {
            expand(entry.second, depth + 1);
            if (!entry.first.IsScalar() || entry.first.Scalar() != "<<" || entry.first.Tag() == "!") {
                continue;
            }
            if (entry.second.IsSequence()) {
                for (const auto &item : entry.second) {
                    sources.push_back(item);
                }
            } else {
                sources.push_back(entry.second);
            }
        }
        return sources;
    }

    std::size_t &m_budget;
};

core::Result<core::Json> convert(const YAML::Node &node, const std::string &file, YamlWords words)
{
    try {
        return Converter(file, words).convert(node);
    } catch (const YAML::Exception &exception) {
        return core::fail(yamlError(file, exception.mark, exception.msg));
    }
}

core::Result<void> addObject(const core::Json &value, const std::string &where, std::vector<core::Json> &out)
{
    const auto text = [&](const core::Json &object, const char *key) {
        return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string{};
    };
    const auto refuse = [&](const std::string &what) {
        return core::fail(core::ErrorKind::Configuration, where + ": " + what, "Correct the manifest.");
    };
    if (!value.is_object()) {
        return refuse("a Kubernetes object is a map with apiVersion, kind and metadata");
    }
    const std::string kind = text(value, "kind");
    if (kind.empty()) {
        return refuse("the object has no kind");
    }
    if (text(value, "apiVersion").empty()) {
        return refuse("the " + kind + " has no apiVersion");
    }
    if (kind.size() >= 4 && kind.substr(kind.size() - 4) == "List" && value.contains("items") &&
        (value["items"].is_array() || value["items"].is_null())) {
        for (const core::Json &item : value["items"]) {
            if (auto added = addObject(item, where, out); !added) {
                return added;
            }
        }
        return {};
    }
    const core::Json metadata = value.value("metadata", core::Json::object());
    if (!metadata.is_object() || (text(metadata, "name").empty() && text(metadata, "generateName").empty())) {
        return refuse("the " + kind + " has no metadata.name");
    }
    out.push_back(value);
    return {};
}

} // namespace

std::string position(const std::string &file, const YAML::Mark &mark)
{
    return mark.is_null() ? file : file + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

core::Error yamlError(const std::string &file, const YAML::Mark &mark, const std::string &what)
{
    return core::makeError(core::ErrorKind::Configuration, position(file, mark) + ": " + what,
                           "Correct the file at this place.");
}

core::Result<std::vector<YAML::Node>> parseYaml(std::string_view text, const std::string &file)
{
    try {
        if (const auto stray = core::strayYamlToken(std::string(text))) {
            YAML::Mark mark;
            mark.pos = stray->position;
            mark.line = stray->line;
            mark.column = stray->column;
            return core::fail(yamlError(file, mark, "unexpected character"));
        }
        return YAML::LoadAll(std::string(text));
    } catch (const YAML::Exception &exception) {
        return core::fail(yamlError(file, exception.mark, exception.msg));
    }
}

core::Result<core::Json> toJson(const YAML::Node &node, const std::string &file, YamlWords words)
{
    return convert(node, file, words);
}

void expandMergeKeys(const YAML::Node &node)
{
    std::size_t budget = maxExpandedNodes;
    MergeKeys(budget).expand(node, 0);
}

core::Result<std::vector<core::Json>> readYaml(std::string_view text, const std::string &file, YamlWords words)
{
    auto nodes = parseYaml(text, file);
    if (!nodes) {
        return core::fail(nodes.error());
    }
    std::vector<core::Json> documents;
    for (const YAML::Node &node : *nodes) {
        auto value = convert(node, file, words);
        if (!value) {
            return core::fail(value.error());
        }
        if (!value->is_null()) {
            documents.push_back(std::move(*value));
        }
    }
    return documents;
}

core::Result<std::vector<core::Json>> readManifests(std::string_view text, const std::string &file)
{
    auto nodes = parseYaml(text, file);
    if (!nodes) {
        return core::fail(nodes.error());
    }
    std::vector<core::Json> objects;
    for (const YAML::Node &node : *nodes) {
        auto value = toJson(node, file);
        if (!value) {
            return core::fail(value.error());
        }
        if (value->is_null() || (value->is_object() && value->empty())) {
            continue;
        }
        if (auto added = addObject(*value, position(file, node.Mark()), objects); !added) {
            return core::fail(added.error());
        }
    }
    return objects;
}

} // namespace binnacle::stack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Text.h"

#include "core/YamlStream.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <regex>

namespace binnacle::simulator {

using core::Json;

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = text.find(separator, begin);
        if (end == std::string_view::npos) {
            parts.emplace_back(text.substr(begin));
            return parts;
        }
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

std::string join(const std::vector<std::string> &parts, std::string_view separator)
{
    std::string text;
    for (const std::string &part : parts) {
        if (&part != &parts.front())
            text += separator;
        text += part;
    }
    return text;
}

bool startsWith(std::string_view text, std::string_view prefix)
{
    return text.substr(0, prefix.size()) == prefix;
}

bool endsWith(std::string_view text, std::string_view suffix)
{
    return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string percentDecode(std::string_view text)
{
    std::string decoded(text);
    std::replace(decoded.begin(), decoded.end(), '+', ' ');
    return QByteArray::fromPercentEncoding(QByteArray::fromStdString(decoded)).toStdString();
}

std::string base64Encode(std::string_view bytes)
{
    return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())).toBase64().toStdString();
}

std::string base64UrlDecode(std::string_view text)
{
    std::string standard(text);
    std::replace(standard.begin(), standard.end(), '-', '+');
    std::replace(standard.begin(), standard.end(), '_', '/');
    return QByteArray::fromBase64(QByteArray::fromStdString(standard)).toStdString();
}

std::string sha1Hex(std::string_view text)
{
    return QCryptographicHash::hash(QByteArray(text.data(), static_cast<qsizetype>(text.size())),
                                    QCryptographicHash::Sha1)
        .toHex()
        .toStdString();
}

const Json &at(const Json &object, std::initializer_list<std::string_view> path)
{
    static const Json nothing;
    const Json *value = &object;
    for (const std::string_view name : path) {
        if (!value->is_object())
            return nothing;
        const auto found = value->find(std::string(name));
        if (found == value->end())
            return nothing;
        value = &*found;
    }
    return *value;
}

std::string textAt(const Json &object, std::initializer_list<std::string_view> path)
{
    const Json &value = at(object, path);
    return value.is_string() ? value.get<std::string>() : std::string();
}

long long numberAt(const Json &object, std::initializer_list<std::string_view> path, long long fallback)
{
    const Json &value = at(object, path);
    return value.is_number() ? value.get<long long>() : fallback;
}

bool flagAt(const Json &object, std::initializer_list<std::string_view> path, bool fallback)
{
    const Json &value = at(object, path);
    return value.is_boolean() ? value.get<bool>() : fallback;
}

namespace {

Json scalarToJson(const YAML::Node &node)
{
    const std::string &text = node.Scalar();
    if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str")
        return text;
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return nullptr;
    // YAML 1.1 booleans without "y" and "n", as sigs.k8s.io/yaml reads them.
    static const std::regex yes("true|True|TRUE|yes|Yes|YES|on|On|ON");
    static const std::regex no("false|False|FALSE|no|No|NO|off|Off|OFF");
    if (std::regex_match(text, yes))
        return true;
    if (std::regex_match(text, no))
        return false;
    static const std::regex integer("[-+]?(0|[1-9][0-9]*)");
    static const std::regex octal("0o?[0-7]+");
    static const std::regex real("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?");
    try {
        if (std::regex_match(text, integer))
            return static_cast<std::int64_t>(std::stoll(text));
        if (std::regex_match(text, octal))
            return static_cast<std::int64_t>(std::stoll(text[1] == 'o' ? text.substr(2) : text, nullptr, 8));
        if (std::regex_match(text, real))
            return std::stod(text);
    } catch (const std::exception &) {
        return text; // too large for a number
    }
    return text;
}

/// Aliases written out. A small text may grow without bound by them, or a node contain itself: both end in an
/// exception.
class Expansion
{
public:
    Json convert(const YAML::Node &node)
    {
        if (++m_nodes > maxNodes)
            throw YAML::Exception(node.Mark(), "the document contains excessive aliasing");
        if (m_depth >= maxDepth)
            throw YAML::Exception(node.Mark(), "exceeded max depth, or an alias stands inside its anchor");
        ++m_depth;
        Json value = valueOf(node);
        --m_depth;
        return value;
    }

private:
    static constexpr int maxNodes = 500'000;
    static constexpr int maxDepth = 400;

    Json valueOf(const YAML::Node &node)
    {
        if (node.IsScalar())
            return scalarToJson(node);
        if (node.IsSequence()) {
            Json list = Json::array();
            for (const auto &item : node)
                list.push_back(convert(item));
            return list;
        }
        if (!node.IsMap())
            return nullptr;
        Json map = Json::object();
        for (const auto &entry : node)
            map[entry.first.Scalar()] = convert(entry.second);
        return map;
    }

    int m_nodes = 0;
    int m_depth = 0;
};

} // namespace

core::Result<std::vector<Json>> parseYaml(const std::string &text)
{
    try {
        if (const auto stray = core::strayYamlToken(text))
            return core::fail(core::ErrorKind::Invalid,
                              "yaml: line " + std::to_string(stray->line + 1) + ": did not find expected node content");
        std::vector<Json> documents;
        for (const YAML::Node &node : YAML::LoadAll(text)) {
            Json document = Expansion().convert(node);
            if (!document.is_null())
                documents.push_back(std::move(document));
        }
        return documents;
    } catch (const YAML::Exception &problem) {
        return core::fail(core::ErrorKind::Invalid, problem.what());
    }
}

std::string subdomainProblem(std::string_view name)
{
    static const std::regex valid("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    if (name.size() > 253)
        return "must be no more than 253 bytes";
    if (std::regex_match(name.begin(), name.end(), valid))
        return {};
    return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
           "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
           "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
}

std::string labelProblem(std::string_view name)
{
    static const std::regex valid("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    if (name.size() > 63)
        return "must be no more than 63 bytes";
    if (std::regex_match(name.begin(), name.end(), valid))
        return {};
    return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
           "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
           "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
}

} // namespace binnacle::simulator

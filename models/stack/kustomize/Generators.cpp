// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Generators.h"

#include "stack/kustomize/Files.h"

#include <QByteArray>
#include <QString>
#include <QStringDecoder>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace binnacle::stack::kustomize {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

bool isUtf8(const std::string &bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString ignored = decoder.decode(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    return !decoder.hasError();
}

/// kustomize breaks long base64 after 70 letters, and the content hash is of that text.
std::string base64Lines(const std::string &bytes)
{
    const std::string encoded = QByteArray::fromStdString(bytes).toBase64().toStdString();
    constexpr std::size_t width = 70;
    if (encoded.size() < width) {
        return encoded;
    }
    std::string lines;
    for (std::size_t i = 0; i < encoded.size(); i += width) {
        lines += encoded.substr(i, width) + "\n";
    }
    return lines;
}

std::string unquoted(const std::string &text)
{
    const bool quoted =
        text.size() >= 2 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
    return quoted ? text.substr(1, text.size() - 2) : text;
}

class DataReader
{
public:
    DataReader(const GeneratorRule &rule, const Kustomization &kustomization)
        : m_rule(rule), m_file(kustomization.file.string()), m_root(kustomization.file.parent_path())
    {
    }

    core::Result<Pairs> read()
    {
        for (const auto step : {&DataReader::readEnvs, &DataReader::readFiles, &DataReader::readLiterals}) {
            if (auto done = (this->*step)(); !done) {
                return core::fail(done.error());
            }
        }
        return m_pairs;
    }

private:
    core::Result<void> add(const std::string &key, const std::string &value)
    {
        const bool valid = !key.empty() && key.size() <= 253 && key != "." && key != ".." &&
                           std::all_of(key.begin(), key.end(), [](unsigned char c) {
                               return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
                           });
        if (!valid) {
            return refuse("'" + key + "' is not a valid key: letters, digits, '-', '_' and '.' only");
        }
        if (std::any_of(m_pairs.begin(), m_pairs.end(), [&](const auto &pair) { return pair.first == key; })) {
            return refuse("the key '" + key + "' is given twice");
        }
        m_pairs.emplace_back(key, value);
        return {};
    }

    core::Result<void> refuse(const std::string &what) const
    {
        return core::fail(core::ErrorKind::Configuration, m_file + ": generator '" + m_rule.name + "': " + what,
                          "Correct the kustomization.");
    }

    core::Result<void> readLiterals()
    {
        for (const std::string &literal : m_rule.literals) {
            const auto equals = literal.find('=');
            if (equals == std::string::npos || equals == 0) {
                return refuse("the literal '" + literal + "' is not key=value");
            }
            if (auto done = add(literal.substr(0, equals), unquoted(literal.substr(equals + 1))); !done) {
                return done;
            }
        }
        return {};
    }

    core::Result<void> readFiles()
    {
        for (const std::string &entry : m_rule.files) {
            const auto equals = entry.find('=');
            const std::string path = equals == std::string::npos ? entry : entry.substr(equals + 1);
            const std::string key =
                equals == std::string::npos ? std::filesystem::path(path).filename().string() : entry.substr(0, equals);
            auto text = readInside(m_root, path);
            if (!text) {
                return core::fail(text.error());
            }
            if (auto done = add(key, *text); !done) {
                return done;
            }
        }
        return {};
    }

    core::Result<void> readEnvs()
    {
        for (const std::string &path : m_rule.envs) {
            auto text = readInside(m_root, path);
            if (!text) {
                return core::fail(text.error());
            }
            if (text->rfind("\xef\xbb\xbf", 0) == 0) {
                text->erase(0, 3);
            }
            std::istringstream lines(*text);
            for (std::string line; std::getline(lines, line);) {
                if (auto done = readEnvLine(line); !done) {
                    return done;
                }
            }
        }
        return {};
    }

    core::Result<void> readEnvLine(std::string line)
    {
        if (!isUtf8(line)) {
            return refuse("a line of its environment file is not UTF-8");
        }
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.empty() || line.front() == '#') {
            return {};
        }
        const auto equals = line.find('=');
        if (equals != std::string::npos) {
            return add(line.substr(0, equals), line.substr(equals + 1));
        }
        return add(line, ""); // kustomize no longer takes it from the environment
    }

    const GeneratorRule &m_rule;
    std::string m_file;
    std::filesystem::path m_root;
    Pairs m_pairs;
};

core::Result<Resource> generate(const GeneratorRule &rule, const Kustomization &kustomization, bool secret)
{
    auto pairs = DataReader(rule, kustomization).read();
    if (!pairs) {
        return core::fail(pairs.error());
    }
    Resource made;
    made.behavior = rule.behavior;
    made.needsHash = !rule.options.disableNameSuffixHash;
    made.object = {
        {"apiVersion", "v1"}, {"kind", secret ? "Secret" : "ConfigMap"}, {"metadata", {{"name", rule.name}}}};
    if (!rule.nameSpace.empty()) {
        made.setNamespace(rule.nameSpace);
    }
    if (secret) {
        made.object["type"] = rule.type;
        made.object["data"] = core::Json::object();
    }
    for (const auto &[key, value] : *pairs) {
        if (secret) {
            made.object["data"][key] = base64Lines(value);
        } else if (isUtf8(value)) {
            made.object["data"][key] = value;
        } else {
            made.object["binaryData"][key] = base64Lines(value);
        }
    }
    for (const auto &[key, value] : rule.options.labels) {
        made.object["metadata"]["labels"][key] = value;
    }
    for (const auto &[key, value] : rule.options.annotations) {
        made.object["metadata"]["annotations"][key] = value;
    }
    if (rule.options.immutable) {
        made.object["immutable"] = true;
    }
    return made;
}

void keepOld(core::Json &newer, const core::Json &older, const char *field)
{
    if (!older.contains(field) || !older[field].is_object()) {
        return;
    }
    core::Json both = older[field];
    if (newer.contains(field)) {
        both.update(newer[field]);
    }
    newer[field] = std::move(both);
}

/// Puts the generated object in the place of the one it replaces or adds to; that one's name, namespace and history
/// stay.
void supersede(Resource &old, Resource made)
{
    const bool merges = made.behavior == Behavior::Merge;
    keepOld(made.object["metadata"], old.object["metadata"], "labels");
    keepOld(made.object["metadata"], old.object["metadata"], "annotations");
    made.setName(old.name());
    if (!old.nameSpace().empty()) {
        made.setNamespace(old.nameSpace());
    }
    if (merges) {
        keepOld(made.object, old.object, "data");
        keepOld(made.object, old.object, "binaryData");
    }
    made.needsHash = made.needsHash && old.needsHash;
    made.previous = old.previous;
    made.prefixes = old.prefixes;
    made.suffixes = old.suffixes;
    made.variables = old.variables;
    made.behavior = old.behavior;
    old = std::move(made);
}

core::Result<void> absorb(Resources &resources, Resource made, const std::string &file)
{
    const ResourceId id = made.id();
    std::vector<Resource *> found;
    for (Resource &resource : resources) {
        if (resource.hasId(id)) {
            found.push_back(&resource);
        }
    }
    const auto refuse = [&](const std::string &what) {
        return core::fail(core::ErrorKind::Configuration, file + ": generator '" + id.name + "': " + what,
                          "Correct its name, namespace or behavior.");
    };
    const bool changes = made.behavior == Behavior::Merge || made.behavior == Behavior::Replace;
    if (found.size() > 1) {
        return refuse("more than one " + id.describe() + " is there");
    }
    if (found.empty()) {
        if (changes) {
            return refuse("there is no " + id.describe() + " to merge with or to replace");
        }
        resources.push_back(std::move(made));
        return {};
    }
    if (!changes) {
        return refuse(id.describe() + " is there already; behavior must be merge or replace");
    }
    supersede(*found.front(), std::move(made));
    return {};
}

} // namespace

core::Result<void> runGenerators(Resources &resources, const Kustomization &kustomization)
{
    for (const bool secret : {false, true}) {
        for (const GeneratorRule &rule : secret ? kustomization.secrets : kustomization.configMaps) {
            auto made = generate(rule, kustomization, secret);
            if (!made) {
                return core::fail(made.error());
            }
            if (auto done = absorb(resources, std::move(*made), kustomization.file.string()); !done) {
                return done;
            }
        }
    }
    return {};
}

} // namespace binnacle::stack::kustomize

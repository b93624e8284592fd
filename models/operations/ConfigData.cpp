// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ConfigData.h"

#include "core/FieldPath.h"
#include "operations/ObjectText.h"

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QStringDecoder>

#include <algorithm>
#include <cctype>

namespace binnacle::operations {

namespace {

using core::Json;

constexpr const char *binaryField = "/binaryData/";

bool isSecret(const core::GroupKind &kind)
{
    return kind == core::GroupKind{"", "Secret"};
}

const Json &fieldsOf(const Json &object, const char *field)
{
    static const Json none = Json::object();
    const auto found = object.is_object() ? object.find(field) : object.end();
    return found != object.end() && found->is_object() ? *found : none;
}

std::shared_ptr<const Json> boxed(Json value)
{
    return value.is_null() ? nullptr : std::make_shared<const Json>(std::move(value));
}

std::size_t bytesOf(const Json &object)
{
    std::size_t bytes = 0;
    for (const auto &entry : configEntries(object))
        bytes += entry.value.reveal().size();
    return bytes;
}

} // namespace

bool isConfigKind(const core::GroupKind &kind)
{
    return isSecret(kind) || kind == core::GroupKind{"", "ConfigMap"};
}

std::string toBase64(std::string_view bytes)
{
    return QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())).toBase64().toStdString();
}

core::SecretString fromBase64(const std::string &text)
{
    QByteArray bytes =
        QByteArray::fromBase64(QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size())));
    core::SecretString value(bytes.toStdString());
    bytes.fill('\0');
    return value;
}

std::vector<ConfigEntry> configEntries(const Json &object)
{
    std::vector<ConfigEntry> entries;
    const bool secret = object.is_object() && object.value("kind", "") == "Secret";
    for (const char *field : {"data", "binaryData"}) {
        for (const auto &[key, value] : fieldsOf(object, field).items()) {
            if (!value.is_string())
                continue;
            const bool coded = secret || field[0] == 'b';
            const auto &text = value.get_ref<const std::string &>();
            auto bytes = coded ? fromBase64(text) : core::SecretString(text);
            const bool binary = !isText(bytes.reveal());
            entries.push_back(
                {key, std::move(bytes), binary, "/" + std::string(field) + "/" + core::pointerSegment(key)});
        }
    }
    std::sort(entries.begin(), entries.end(), [](const auto &a, const auto &b) { return a.key < b.key; });
    return entries;
}

Json encodedConfig(const core::GroupKind &kind, std::string_view value)
{
    return isSecret(kind) || !isText(value) ? toBase64(value) : std::string(value);
}

std::string configPath(const core::GroupKind &kind, const std::string &key, std::string_view value)
{
    return (isSecret(kind) || isText(value) ? "/data/" : binaryField) + core::pointerSegment(key);
}

core::SecretString decodedConfig(const core::GroupKind &kind, const std::string &path, const Json &field)
{
    if (!field.is_string())
        return {};
    const auto &text = field.get_ref<const std::string &>();
    return isSecret(kind) || path.starts_with(binaryField) ? fromBase64(text) : core::SecretString(text);
}

bool isText(std::string_view bytes)
{
    const bool printable = std::all_of(bytes.begin(), bytes.end(), [](char c) {
        const auto code = static_cast<unsigned char>(c);
        return (code >= 0x20 && code != 0x7f) || c == '\t' || c == '\n' || c == '\r';
    });
    if (!printable)
        return false;
    QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QString text = decode(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    const bool whole = !decode.hasError();
    text.fill(QLatin1Char('\0'));
    return whole;
}

core::Result<void> checkConfigKey(const std::string &key)
{
    const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    });
    if (!key.empty() && key.size() <= 253 && plain && key != "." && !key.starts_with(".."))
        return {};
    return core::fail(core::ErrorKind::Invalid,
                      key.empty() ? "a key needs a name" : "\"" + key + "\" cannot be the name of a key",
                      "use letters, digits, '-', '_' and '.', at most 253, and do not begin with '..'");
}

core::Result<void> checkConfigBytes(std::size_t bytes)
{
    if (bytes <= mostConfigBytes)
        return {};
    return core::fail(core::ErrorKind::Invalid,
                      "its values would hold " + std::to_string(bytes) + " bytes together, and Kubernetes takes " +
                          std::to_string(mostConfigBytes),
                      "keep large files in a volume or an image");
}

core::Result<void> checkConfigObject(const Json &before, const Json &after)
{
    auto checked = checkConfigBytes(bytesOf(after));
    if (before.is_object() && before.value("immutable", false))
        checked = core::fail(core::ErrorKind::Invalid, "it is immutable, so no key of it can ever change",
                             "make a new one under another name and let the workloads use that");
    if (!checked)
        checked.error().object = keyOf(after).describe();
    return checked;
}

core::Result<runbook::EditTask> configEdits(const Json &live, const std::vector<KeyChange> &changes)
{
    const auto object = keyOf(live);
    const auto entries = configEntries(live);
    runbook::EditTask edit;
    const auto set = [&](const std::string &path, Json after) {
        const Json before = core::FieldPath::parse(path)->valueIn(live);
        if (before != after)
            edit.fields.push_back({path, boxed(before), boxed(std::move(after))});
    };
    for (const auto &change : changes) {
        const auto present = std::find_if(entries.begin(), entries.end(),
                                          [&](const ConfigEntry &entry) { return entry.key == change.key; });
        if (!change.value && present == entries.end()) {
            auto error = core::makeError(core::ErrorKind::NotFound, "it has no key " + change.key,
                                         "look at its keys with `binnaclectl secret show`");
            error.object = object.describe();
            return core::fail(std::move(error));
        }
        if (const auto valid = checkConfigKey(change.key); change.value && !valid)
            return core::fail(valid.error());
        const auto path = change.value ? configPath(object.kind, change.key, change.value->reveal()) : present->path;
        if (present != entries.end() && present->path != path)
            set(present->path, nullptr); // from text to bytes, or back
        set(path, change.value ? encodedConfig(object.kind, change.value->reveal()) : Json());
    }
    return edit;
}

} // namespace binnacle::operations

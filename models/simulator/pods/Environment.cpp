// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Text.h"
#include "simulator/pods/Containers.h"

#include <QByteArray>

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

std::string decoded(const Json &text)
{
    return text.is_string() ? QByteArray::fromBase64(QByteArray::fromStdString(text.get<std::string>())).toStdString()
                            : std::string();
}

/// The keys and values of a Secret or ConfigMap; none where it is not there.
Variables valuesOf(const Storage &storage, const char *collection, const ObjectName &name)
{
    Variables values;
    const auto stored = storage.get(collection, name);
    if (!stored)
        return values;
    const bool encoded = std::string_view(collection) == "secrets";
    for (const auto &[key, value] : at(stored->object(), {"data"}).items())
        values[key] = encoded ? decoded(value) : value.get<std::string>();
    return values;
}

std::string fieldOf(const Json &pod, const std::string &path)
{
    Json current = pod;
    for (const std::string &part : split(path, '.')) // also metadata.labels['name']
        current = at(current, {part.substr(0, part.find('['))});
    if (const auto quote = path.find("['"); quote != std::string::npos)
        current = at(current, {path.substr(quote + 2, path.find("']") - quote - 2)});
    return current.is_string() ? current.get<std::string>() : std::string();
}

/// $(NAME) stands for an earlier variable, $$ for a dollar; what is not known stays as it is.
std::string expanded(const std::string &text, const Variables &earlier)
{
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto end = text.compare(at, 2, "$(") == 0 ? text.find(')', at) : std::string::npos;
        const auto known = end == std::string::npos ? earlier.end() : earlier.find(text.substr(at + 2, end - at - 2));
        if (known != earlier.end()) {
            result += known->second;
            at = end;
        } else {
            result += text[at];
            at += text.compare(at, 2, "$$") == 0 ? 1 : 0;
        }
    }
    return result;
}

} // namespace

Variables environmentOf(const Storage &storage, const Json &pod, const Json &container)
{
    const auto [nameSpace, name] = nameOf(pod);
    Variables result{{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                     {"HOME", "/"},
                     {"HOSTNAME", name},
                     {"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
                     {"KUBERNETES_SERVICE_PORT", "443"}};
    for (const Json &source : at(container, {"envFrom"})) {
        const bool secret = source.contains("secretRef");
        const std::string from = textAt(source, {secret ? "secretRef" : "configMapRef", "name"});
        for (auto &[key, value] : valuesOf(storage, secret ? "secrets" : "configmaps", {nameSpace, from}))
            result[textAt(source, {"prefix"}) + key] = value;
    }
    for (const Json &variable : at(container, {"env"})) {
        const Json &from = at(variable, {"valueFrom"});
        std::string value = expanded(textAt(variable, {"value"}), result);
        for (const auto &[reference, collection] :
             {std::pair("secretKeyRef", "secrets"), std::pair("configMapKeyRef", "configmaps")}) {
            if (!at(from, {reference}).is_object())
                continue;
            const auto values = valuesOf(storage, collection, {nameSpace, textAt(from, {reference, "name"})});
            const auto found = values.find(textAt(from, {reference, "key"}));
            if (found == values.end())
                value.clear(); // optional, else the container would not have started
            else
                value = found->second;
        }
        if (at(from, {"fieldRef"}).is_object())
            value = fieldOf(pod, textAt(from, {"fieldRef", "fieldPath"}));
        result[textAt(variable, {"name"})] = std::move(value);
    }
    return result;
}

} // namespace binnacle::simulator

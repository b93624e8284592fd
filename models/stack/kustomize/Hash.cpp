// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Hash.h"

#include "stack/kustomize/Resource.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <nlohmann/json.hpp>

namespace binnacle::stack::kustomize {

namespace {

/// Go's encoding/json escapes these, and the hash is of its text.
std::string goJson(const core::Json &value)
{
    const std::string text = value.dump(-1, ' ', false, core::Json::error_handler_t::replace);
    std::string escaped;
    escaped.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
        case '<':
            escaped += "\\u003c";
            break;
        case '>':
            escaped += "\\u003e";
            break;
        case '&':
            escaped += "\\u0026";
            break;
        default:
            // U+2028 and U+2029, which JavaScript takes for line ends
            if (text.compare(i, 2, "\xe2\x80") == 0 && i + 2 < text.size() &&
                (text[i + 2] == '\xa8' || text[i + 2] == '\xa9')) {
                escaped += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
                i += 2;
            } else {
                escaped += text[i];
            }
        }
    }
    return escaped;
}

} // namespace

std::string contentHash(const core::Json &object)
{
    const std::string kind = gvkOf(object).kind;
    core::Json encoded;
    if (kind == "ConfigMap" || kind == "Secret") {
        // The name is always empty in the hashed text: kustomize means to put it there and does not find it, and must
        // stay so.
        encoded = {{"kind", kind}, {"name", ""}, {"data", object.value("data", core::Json(""))}};
        const char *second = kind == "ConfigMap" ? "binaryData" : "stringData";
        if (object.contains(second) && object[second].is_object()) {
            encoded[second] = object[second];
        }
        if (kind == "Secret") {
            encoded["type"] = object.value("type", core::Json(""));
        }
    } else {
        encoded = object;
    }
    const QByteArray digest =
        QCryptographicHash::hash(QByteArray::fromStdString(goJson(encoded)), QCryptographicHash::Sha256).toHex();
    std::string letters = digest.left(10).toStdString();
    // Digits and vowels that could spell a word are exchanged.
    for (char &letter : letters) {
        switch (letter) {
        case '0':
            letter = 'g';
            break;
        case '1':
            letter = 'h';
            break;
        case '3':
            letter = 'k';
            break;
        case 'a':
            letter = 'm';
            break;
        case 'e':
            letter = 't';
            break;
        default:
            break;
        }
    }
    return letters;
}

} // namespace binnacle::stack::kustomize

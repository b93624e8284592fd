// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Scram.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

#include <charconv>

namespace binnacle::core {

namespace {

constexpr auto algorithm = QCryptographicHash::Sha256;

QByteArray hmac(const QByteArray &key, const QByteArray &message)
{
    return QMessageAuthenticationCode::hash(message, key, algorithm);
}

/// PBKDF2 with one block of output (RFC 8018 section 5.2).
QByteArray saltedPassword(const QByteArray &password, const QByteArray &salt, int iterations)
{
    QByteArray block = hmac(password, salt + QByteArray("\0\0\0\1", 4));
    QByteArray result = block;
    for (int round = 1; round < iterations; ++round) {
        block = hmac(password, block);
        for (qsizetype at = 0; at < result.size(); ++at)
            result[at] = static_cast<char>(result[at] ^ block[at]);
    }
    return result;
}

} // namespace

SecretString scramVerifier(std::string_view password, std::string_view salt, int iterations)
{
    const QByteArray raw(salt.data(), static_cast<qsizetype>(salt.size()));
    const auto key = QByteArray::fromRawData(password.data(), static_cast<qsizetype>(password.size()));
    const QByteArray salted = saltedPassword(key, raw, iterations);
    const QByteArray stored = QCryptographicHash::hash(hmac(salted, QByteArrayLiteral("Client Key")), algorithm);
    const QByteArray server = hmac(salted, QByteArrayLiteral("Server Key"));
    return SecretString("SCRAM-SHA-256$" + std::to_string(iterations) + ":" + raw.toBase64().toStdString() + "$" +
                        stored.toBase64().toStdString() + ":" + server.toBase64().toStdString());
}

bool scramMatches(std::string_view verifier, std::string_view password)
{
    constexpr std::string_view scheme = "SCRAM-SHA-256$";
    const auto colon = verifier.find(':');
    const auto dollar = verifier.find('$', scheme.size());
    if (verifier.substr(0, scheme.size()) != scheme || colon == std::string_view::npos || dollar < colon ||
        dollar == std::string_view::npos)
        return false;
    int iterations = 0;
    const auto parsed = std::from_chars(verifier.data() + scheme.size(), verifier.data() + colon, iterations);
    if (parsed.ec != std::errc() || iterations <= 0)
        return false;
    const auto encoded = verifier.substr(colon + 1, dollar - colon - 1);
    const auto salt = QByteArray::fromBase64(QByteArray(encoded.data(), static_cast<qsizetype>(encoded.size())));
    return scramVerifier(password, salt.toStdString(), iterations).reveal() == verifier;
}

} // namespace binnacle::core

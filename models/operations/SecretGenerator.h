// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "core/Result.h"
#include "core/SecretString.h"

#include <string>
#include <string_view>

namespace binnacle::operations {

/// @{ Alphabets of generated values.
constexpr std::string_view lettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// RFC 4648 section 5: for URLs and file names as they are.
constexpr std::string_view urlSafeBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view hexDigits = "0123456789abcdef";
/// @}

/// The bits of entropy of `length` characters drawn from this alphabet; characters that repeat in it count once.
[[nodiscard]] double entropyOf(std::size_t length, std::string_view alphabet);
/// Below this a value can be guessed by who can try without limit (NIST SP 800-131A asks for as much of keys).
constexpr double littleEntropy = 112;

/// Usage error when the alphabet has fewer than two different printable ASCII characters, or the length is not within
/// 1 to 4096.
[[nodiscard]] core::Result<core::SecretString> generateText(std::size_t length, std::string_view alphabet,
                                                            core::Random &random);

enum class KeyPairKind { Ed25519, Rsa2048, Rsa3072, Rsa4096 };

struct KeyPair
{
    core::SecretString privateKey; ///< PKCS #8, PEM
    std::string publicKey;         ///< SubjectPublicKeyInfo, PEM
};

/// By OpenSSL and its generator. RSA takes seconds at worst: not for the GUI's thread.
[[nodiscard]] core::Result<KeyPair> generateKeyPair(KeyPairKind kind);
/// "ed25519", "rsa-2048" ...; nothing for another word.
[[nodiscard]] core::Result<KeyPairKind> keyPairKindOf(const std::string &word);

} // namespace binnacle::operations

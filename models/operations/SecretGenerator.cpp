// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/SecretGenerator.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cmath>
#include <memory>
#include <set>

namespace binnacle::operations {

namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string taken(BIO *bio)
{
    char *bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

KeyPointer newKey(KeyPairKind kind)
{
    EVP_PKEY *key = nullptr;
    switch (kind) {
    case KeyPairKind::Ed25519:
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        break;
    case KeyPairKind::Rsa2048:
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
        break;
    case KeyPairKind::Rsa3072:
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{3072});
        break;
    case KeyPairKind::Rsa4096:
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{4096});
        break;
    }
    return {key, EVP_PKEY_free};
}

} // namespace

double entropyOf(std::size_t length, std::string_view alphabet)
{
    const std::set<char> different(alphabet.begin(), alphabet.end());
    return different.size() < 2 ? 0 : static_cast<double>(length) * std::log2(static_cast<double>(different.size()));
}

core::Result<core::SecretString> generateText(std::size_t length, std::string_view alphabet, core::Random &random)
{
    const std::set<char> different(alphabet.begin(), alphabet.end());
    for (const char c : different) {
        if (c < 0x20 || c > 0x7e)
            return core::fail(core::ErrorKind::Usage, "the alphabet holds a character that is not printable ASCII",
                              "name characters that can be typed on every keyboard");
    }
    if (different.size() < 2)
        return core::fail(core::ErrorKind::Usage, "the alphabet needs at least two different characters",
                          "name more characters");
    if (length < 1 || length > 4096)
        return core::fail(core::ErrorKind::Usage, "the length must be from 1 to 4096", "choose another length");
    return core::SecretString(random.text(length, std::string(different.begin(), different.end())));
}

core::Result<KeyPair> generateKeyPair(KeyPairKind kind)
{
    const auto key = newKey(kind);
    const BioPointer secret(BIO_new(BIO_s_secmem()), BIO_free);
    const BioPointer open(BIO_new(BIO_s_mem()), BIO_free);
    if (!key || !secret || !open ||
        PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
        PEM_write_bio_PUBKEY(open.get(), key.get()) != 1)
        return core::fail(core::ErrorKind::Unsupported, "OpenSSL could not make a key pair of this kind",
                          "choose another kind");
    return KeyPair{core::SecretString(taken(secret.get())), taken(open.get())};
}

core::Result<KeyPairKind> keyPairKindOf(const std::string &word)
{
    for (const auto &[kind, name] :
         {std::pair{KeyPairKind::Ed25519, "ed25519"}, std::pair{KeyPairKind::Rsa2048, "rsa-2048"},
          std::pair{KeyPairKind::Rsa3072, "rsa-3072"}, std::pair{KeyPairKind::Rsa4096, "rsa-4096"}}) {
        if (word == name)
            return kind;
    }
    return core::fail(core::ErrorKind::Usage, "there is no kind of key pair \"" + word + "\"",
                      "use ed25519, rsa-2048, rsa-3072 or rsa-4096");
}

} // namespace binnacle::operations

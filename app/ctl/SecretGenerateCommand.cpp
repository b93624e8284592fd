// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretGenerateCommand.h"

#include "operations/SecretGenerator.h"

#include <CLI/CLI.hpp>

#include <cmath>

namespace binnacle::ctl {

namespace {

std::string alphabetOf(const std::string &word)
{
    if (word == "letters")
        return std::string(operations::lettersAndDigits);
    if (word == "url")
        return std::string(operations::urlSafeBase64);
    return word == "hex" ? std::string(operations::hexDigits) : word;
}

} // namespace

CLI::App *SecretGenerateCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("generate", "Give a key a new random value, which nobody sees");
    m_object.declare(*command);
    command->add_option("KEY", m_key, "The key; of a key pair the private one, KEY.pub the other")->required();
    auto *const length = command->add_option("--length", m_length, "Characters")->capture_default_str();
    auto *const alphabet =
        command
            ->add_option("--alphabet", m_alphabet,
                         "letters (and digits), url (safe in URLs: base64url), hex, or the characters themselves")
            ->capture_default_str();
    command->add_option("--key-pair", m_keyPair, "ed25519, rsa-2048, rsa-3072 or rsa-4096, as PEM")
        ->excludes(length)
        ->excludes(alphabet);
    m_change.declare(*command);
    return command;
}

core::Result<std::vector<operations::KeyChange>> SecretGenerateCommand::make(const Environment &environment) const
{
    std::vector<operations::KeyChange> changes;
    if (!m_keyPair.empty()) {
        const auto kind = operations::keyPairKindOf(m_keyPair);
        if (!kind)
            return core::fail(kind.error());
        auto pair = operations::generateKeyPair(*kind);
        if (!pair)
            return core::fail(std::move(pair.error()));
        changes.push_back({m_key, std::move(pair->privateKey)});
        changes.push_back({m_key + ".pub", core::SecretString(pair->publicKey)});
        return changes;
    }
    const auto alphabet = alphabetOf(m_alphabet);
    auto value = operations::generateText(m_length, alphabet, environment.random);
    if (!value)
        return core::fail(std::move(value.error()));
    const double bits = operations::entropyOf(m_length, alphabet);
    environment.console.message(
        "The value has " + std::to_string(std::lround(bits)) + " bits of entropy" +
        (bits < operations::littleEntropy ? ": too few where it can be tried without limit" : "") + ".");
    changes.push_back({m_key, std::move(*value)});
    return changes;
}

core::Result<void> SecretGenerateCommand::run(const Environment &environment)
{
    const auto opened = m_object.open(environment);
    if (!opened)
        return core::fail(opened.error());
    const auto &session = opened->session;
    const auto &object = opened->object;
    const auto changes = make(environment);
    if (!changes)
        return core::fail(changes.error());
    return m_change.run(environment, session, object, *changes);
}

} // namespace binnacle::ctl

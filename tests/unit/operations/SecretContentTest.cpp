// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Certificates.h"
#include "operations/ConfigData.h"
#include "operations/SecretGenerator.h"
#include "operations/SecretTypes.h"
#include "unit/kube/TestAuthority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

using namespace binnacle;
using namespace binnacle::operations;
using testing::HasSubstr;

namespace {

const core::GroupKind secretKind{"", "Secret"};
const core::GroupKind configKind{"", "ConfigMap"};
const auto day = std::chrono::hours(24);

SecretContent tls(const std::string &certificate, const std::string &key)
{
    SecretContent content;
    content.emplace("tls.crt", core::SecretString(certificate));
    content.emplace("tls.key", core::SecretString(key));
    return content;
}

} // namespace

TEST(GeneratedValues, HaveTheirLengthAlphabetAndEntropy)
{
    struct Case
    {
        std::size_t length;
        std::string_view alphabet;
        double bits; // 0: refused
    };
    for (const Case &row : {Case{32, lettersAndDigits, 190.5}, Case{43, urlSafeBase64, 258}, Case{64, hexDigits, 256},
                            Case{10, "ab", 10}, Case{10, "aab", 10}, Case{10, "a", 0}, Case{10, "", 0}}) {
        SCOPED_TRACE(row.alphabet);
        core::SeededRandom random(1);
        EXPECT_NEAR(entropyOf(row.length, row.alphabet), row.bits, 0.1);
        const auto value = generateText(row.length, row.alphabet, random);
        ASSERT_EQ(bool(value), row.bits > 0);
        if (!value)
            continue;
        EXPECT_EQ(value->reveal().size(), row.length);
        EXPECT_EQ(value->reveal().find_first_not_of(row.alphabet), std::string_view::npos);
    }
    core::SeededRandom random(1);
    EXPECT_FALSE(generateText(0, hexDigits, random));
    EXPECT_FALSE(generateText(5000, hexDigits, random));
    EXPECT_FALSE(generateText(10, "aé", random));
}

TEST(GeneratedValues, KeyPairsArePem)
{
    for (const char *kind : {"ed25519", "rsa-2048"}) {
        const auto pair = generateKeyPair(*keyPairKindOf(kind));
        ASSERT_TRUE(pair) << pair.error().describe();
        EXPECT_THAT(std::string(pair->privateKey.reveal()), HasSubstr("-----BEGIN PRIVATE KEY-----"));
        EXPECT_THAT(pair->publicKey, HasSubstr("-----BEGIN PUBLIC KEY-----"));
    }
    EXPECT_FALSE(keyPairKindOf("dsa"));
}

TEST(TlsContent, IsReadAndItsKeyMustFit)
{
    const kube::TestAuthority authority("ca.example.com");
    kube::TestSubject subject;
    subject.commonName = "web.example.com";
    subject.names = {"DNS:web.example.com", "DNS:*.web.example.com", "IP:10.0.0.1"};
    subject.validToDays = 90;
    const auto server = authority.issue(subject);
    const auto other = authority.issue({});

    const auto chain = checkTlsPair(server.certificatePem + authority.certificatePem(), server.keyPem);
    ASSERT_TRUE(chain) << chain.error().describe();
    ASSERT_EQ(chain->size(), 2U);
    EXPECT_THAT(chain->front().subject, HasSubstr("CN=web.example.com"));
    EXPECT_THAT(chain->front().issuer, HasSubstr("CN=ca.example.com"));
    EXPECT_THAT(chain->front().names, testing::ElementsAre("web.example.com", "*.web.example.com", "10.0.0.1"));

    struct Case
    {
        const char *what;
        std::string certificates;
        std::string key;
        const char *message;
    };
    for (const Case &row : {
             Case{"another's key", server.certificatePem, other.keyPem, "does not belong to the certificate"},
             Case{"chain upside down", authority.certificatePem() + server.certificatePem, server.keyPem,
                  "wrong order: the key belongs to certificate 2"},
             Case{"a stranger in the chain", server.certificatePem + other.certificatePem, server.keyPem,
                  "certificate 2, CN=server, did not issue the one before it"},
             Case{"no certificate", "hello", server.keyPem, "no PEM certificate"},
             Case{"a broken second one", server.certificatePem + "-----BEGIN CERTIFICATE-----\n!\n", server.keyPem,
                  "certificate 2 of the chain cannot be read"},
             Case{"no key", server.certificatePem, "hello", "private key is no PEM text"},
         }) {
        SCOPED_TRACE(row.what);
        const auto refused = checkSecretContent(tlsType, tls(row.certificates, row.key));
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr(row.message));
        EXPECT_THAT(refused.error().describe(), testing::Not(HasSubstr(server.keyPem.substr(40, 20))));
    }
}

TEST(TlsContent, SaysWhenItEnds)
{
    const kube::TestAuthority authority;
    kube::TestSubject subject;
    subject.validToDays = 90;
    const auto identity = authority.issue(subject);
    const auto info = readCertificates(identity.certificatePem)->front();
    EXPECT_EQ(validityOf(info, info.notAfter - 31 * day), Validity::Fine);
    EXPECT_EQ(validityOf(info, info.notAfter - 29 * day), Validity::EndsSoon);
    EXPECT_EQ(validityOf(info, info.notAfter), Validity::Expired);
    EXPECT_EQ(validityOf(info, info.notBefore - day), Validity::NotYet);
    const auto content = tls(identity.certificatePem, identity.keyPem);
    EXPECT_TRUE(secretWarnings(tlsType, content, info.notAfter - 31 * day).empty());
    EXPECT_THAT(secretWarnings(tlsType, content, info.notAfter - 29 * day),
                testing::ElementsAre(HasSubstr("in less than 30 days")));
    EXPECT_THAT(secretWarnings(tlsType, content, info.notAfter + day), testing::ElementsAre(HasSubstr("expired on")));
}

TEST(RegistryContent, IsWhatKubectlMakes)
{
    const auto config = dockerConfig("r.example.com", "me", core::SecretString("pass"));
    EXPECT_EQ(
        core::Json::parse(config.reveal()),
        core::Json::parse(R"({"auths":{"r.example.com":{"username":"me","password":"pass","auth":"bWU6cGFzcw=="}}})"));
    EXPECT_THAT(registriesOf(config), testing::ElementsAre("r.example.com as me"));
    EXPECT_THAT(registriesOf(core::SecretString(R"({"auths":{"r":{"auth":"bWU6cGFzcw=="}}})")),
                testing::ElementsAre("r as me"));
    SecretContent wrong;
    wrong.emplace(".dockerconfigjson", core::SecretString("{}"));
    EXPECT_FALSE(checkSecretContent(dockerType, wrong));
}

TEST(ConfigKeys, FollowTheServersRule)
{
    for (const char *key : {"a", ".dockerconfigjson", "tls.crt", "A_B-c.9"})
        EXPECT_TRUE(checkConfigKey(key)) << key;
    for (const char *key : {"", ".", "..", "..a", "a b", "a/b", "ä", "a\nb"})
        EXPECT_FALSE(checkConfigKey(key)) << key;
    EXPECT_TRUE(checkConfigKey(std::string(253, 'a')));
    EXPECT_FALSE(checkConfigKey(std::string(254, 'a')));
}

TEST(ConfigKeys, TextIsWhatAnEditorGivesBack)
{
    for (const std::string text : {"", "plain", "two\nlines\n", "tab\tä€𝄞"})
        EXPECT_TRUE(isText(text)) << text;
    for (const std::string &bytes :
         {std::string("\0", 1), std::string("\xff"), std::string("\xc3"), std::string("\x1b[0m")})
        EXPECT_FALSE(isText(bytes));
}

TEST(ConfigKeys, EditsTouchOnlyWhatChanges)
{
    const core::Json secret{{"kind", "Secret"}, {"apiVersion", "v1"}, {"data", {{"a", "MQ=="}, {"b", "Mg=="}}}};
    std::vector<KeyChange> changes;
    changes.push_back({"a", core::SecretString("1")}); // is so already
    changes.push_back({"b", std::nullopt});
    changes.push_back({"c", core::SecretString("3")});
    const auto edit = configEdits(secret, changes);
    ASSERT_TRUE(edit);
    ASSERT_EQ(edit->fields.size(), 2U);
    EXPECT_EQ(edit->fields[0].path, "/data/b");
    EXPECT_EQ(edit->fields[0].after, nullptr);
    EXPECT_EQ(*edit->fields[1].after, "Mw==");

    const core::Json map{{"kind", "ConfigMap"}, {"apiVersion", "v1"}, {"data", {{"a", "text"}}}};
    changes.clear();
    changes.push_back({"a", core::SecretString("\xff")}); // from text to bytes
    const auto moved = configEdits(map, changes);
    ASSERT_TRUE(moved);
    ASSERT_EQ(moved->fields.size(), 2U);
    EXPECT_EQ(moved->fields[0].path, "/data/a");
    EXPECT_EQ(moved->fields[1].path, "/binaryData/a");
    EXPECT_EQ(*moved->fields[1].after, "/w==");
}

TEST(ConfigKeys, ImmutableAndTooMuchAreSaidFirst)
{
    const core::Json fixed{{"kind", "Secret"}, {"immutable", true}, {"data", {{"a", "MQ=="}}}};
    EXPECT_THAT(checkConfigObject(fixed, fixed).error().message, HasSubstr("immutable"));
    const core::Json map{{"kind", "ConfigMap"}, {"data", {{"a", std::string(1024 * 1024, 'x')}}}};
    EXPECT_TRUE(checkConfigObject(map, map));
    core::Json more = map;
    more["data"]["b"] = "y";
    EXPECT_THAT(checkConfigObject(map, more).error().message, HasSubstr("1048577 bytes"));
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestAuthority.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <atomic>

namespace binnacle::kube {

namespace {

struct Release
{
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
    void operator()(X509 *certificate) const { X509_free(certificate); }
    void operator()(BIO *bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Release>;
using Certificate = std::unique_ptr<X509, Release>;

std::string textOf(BIO *bio)
{
    const char *data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pemOf(X509 *certificate)
{
    const std::unique_ptr<BIO, Release> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return textOf(bio.get());
}

std::string pemOf(EVP_PKEY *key, KeyForm form)
{
    const std::unique_ptr<BIO, Release> bio(BIO_new(BIO_s_mem()));
    if (form == KeyForm::Pkcs8)
        PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return textOf(bio.get());
}

Key newKey(KeyKind kind)
{
    constexpr std::size_t rsaBits = 2048;
    return Key(kind == KeyKind::Rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", rsaBits)
                                    : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

void extend(X509 *certificate, X509 *issuer, int what, const std::string &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    if (auto *extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str())) {
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
}

Certificate unsignedCertificate(const TestSubject &subject, EVP_PKEY *key)
{
    static std::atomic<long> serial{1};
    constexpr long day = 24 * 60 * 60;
    Certificate made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), subject.validFromDays * day);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), subject.validToDays * day);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(subject.commonName.c_str()), -1, -1, 0);
    return made;
}

} // namespace

struct TestAuthority::Private
{
    Key key;
    Certificate certificate;
};

TestAuthority::TestAuthority(const std::string &name) : d(std::make_unique<Private>())
{
    TestSubject subject;
    subject.commonName = name;
    d->key = newKey(KeyKind::Ec);
    d->certificate = unsignedCertificate(subject, d->key.get());
    auto *certificate = d->certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, certificate, NID_key_usage, "critical,keyCertSign");
    X509_sign(certificate, d->key.get(), EVP_sha256());
}

TestAuthority::~TestAuthority() = default;

std::string TestAuthority::certificatePem() const
{
    return pemOf(d->certificate.get());
}

TestIdentity TestAuthority::issue(const TestSubject &subject) const
{
    const auto key = newKey(subject.kind);
    const auto made = unsignedCertificate(subject, key.get());
    X509_set_issuer_name(made.get(), X509_get_subject_name(d->certificate.get()));
    std::string names;
    for (const auto &name : subject.names)
        names += (names.empty() ? "" : ",") + name;
    if (!names.empty())
        extend(made.get(), d->certificate.get(), NID_subject_alt_name, names);
    X509_sign(made.get(), d->key.get(), EVP_sha256());
    return {pemOf(made.get()), pemOf(key.get(), subject.form)};
}

} // namespace binnacle::kube

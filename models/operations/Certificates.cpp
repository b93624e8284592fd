// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Certificates.h"

#include "core/Clock.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <ctime>
#include <memory>

namespace binnacle::operations {

namespace {

using std::chrono::system_clock;
using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;
using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

core::Error invalid(std::string message, std::string next)
{
    ERR_clear_error();
    return core::makeError(core::ErrorKind::Invalid, std::move(message), std::move(next));
}

BioPointer bioOf(std::string_view text)
{
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

/// Never asks: a key with a passphrase cannot be used by a server.
int noPassphrase(char *, int, int, void *)
{
    return 0;
}

std::string textOf(const X509_NAME *name)
{
    const BioPointer bio(BIO_new(BIO_s_mem()), BIO_free);
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char *bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

system_clock::time_point timeOf(const ASN1_TIME *time)
{
    std::tm fields{};
    if (ASN1_TIME_to_tm(time, &fields) != 1)
        return {};
    using namespace std::chrono;
    const auto day = sys_days(year(fields.tm_year + 1900) / month(static_cast<unsigned>(fields.tm_mon + 1)) /
                              std::chrono::day(static_cast<unsigned>(fields.tm_mday)));
    return day + hours(fields.tm_hour) + minutes(fields.tm_min) + seconds(fields.tm_sec);
}

std::string textOf(const ASN1_STRING *text)
{
    return {reinterpret_cast<const char *>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string addressOf(const ASN1_OCTET_STRING *bytes)
{
    const auto *data = ASN1_STRING_get0_data(bytes);
    const int size = ASN1_STRING_length(bytes);
    std::string text;
    for (int at = 0; at < size; at += size == 4 ? 1 : 2) {
        char part[8];
        if (size == 4)
            std::snprintf(part, sizeof part, "%d", data[at]);
        else
            std::snprintf(part, sizeof part, "%x", data[at] << 8 | data[at + 1]);
        text += (text.empty() ? "" : size == 4 ? "." : ":") + std::string(part);
    }
    return text;
}

std::vector<std::string> namesOf(X509 *certificate)
{
    std::vector<std::string> names;
    auto *list = static_cast<GENERAL_NAMES *>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int index = 0; index < sk_GENERAL_NAME_num(list); ++index) {
        const auto *name = sk_GENERAL_NAME_value(list, index);
        if (name->type == GEN_DNS)
            names.push_back(textOf(name->d.dNSName));
        else if (name->type == GEN_IPADD)
            names.push_back(addressOf(name->d.iPAddress));
    }
    GENERAL_NAMES_free(list);
    return names;
}

core::Result<std::vector<CertificatePointer>> parse(std::string_view pem)
{
    std::vector<CertificatePointer> certificates;
    const auto bio = bioOf(pem);
    while (X509 *next = PEM_read_bio_X509(bio.get(), nullptr, noPassphrase, nullptr))
        certificates.emplace_back(next, X509_free);
    // The end of the text is "no start line"; anything else is a certificate that cannot be read.
    const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (certificates.empty() || !ended)
        return core::fail(invalid(certificates.empty() ? "there is no PEM certificate in it"
                                                       : "certificate " + std::to_string(certificates.size() + 1) +
                                                             " of the chain cannot be read",
                                  "give certificates as PEM text (-----BEGIN CERTIFICATE-----), the server's first"));
    ERR_clear_error();
    return certificates;
}

CertificateInfo infoOf(X509 *certificate)
{
    return {.subject = textOf(X509_get_subject_name(certificate)),
            .issuer = textOf(X509_get_issuer_name(certificate)),
            .names = namesOf(certificate),
            .notBefore = timeOf(X509_get0_notBefore(certificate)),
            .notAfter = timeOf(X509_get0_notAfter(certificate))};
}

std::vector<CertificateInfo> infosOf(const std::vector<CertificatePointer> &certificates)
{
    std::vector<CertificateInfo> infos;
    infos.reserve(certificates.size());
    for (const auto &certificate : certificates)
        infos.push_back(infoOf(certificate.get()));
    return infos;
}

} // namespace

Validity validityOf(const CertificateInfo &certificate, system_clock::time_point now)
{
    if (now >= certificate.notAfter)
        return Validity::Expired;
    if (now < certificate.notBefore)
        return Validity::NotYet;
    return certificate.notAfter - now < std::chrono::hours(30 * 24) ? Validity::EndsSoon : Validity::Fine;
}

std::string describe(const CertificateInfo &certificate)
{
    std::string names;
    for (const auto &name : certificate.names)
        names += (names.empty() ? ", for " : ", ") + name;
    return certificate.subject + names +
           (certificate.issuer == certificate.subject ? ", issued by itself" : ", issued by " + certificate.issuer) +
           ", until " + core::formatTime(certificate.notAfter);
}

core::Result<std::vector<CertificateInfo>> readCertificates(std::string_view pem)
{
    const auto certificates = parse(pem);
    if (!certificates)
        return core::fail(certificates.error());
    return infosOf(*certificates);
}

core::Result<std::vector<CertificateInfo>> checkTlsPair(std::string_view certificates, std::string_view privateKey)
{
    const auto chain = parse(certificates);
    if (!chain)
        return core::fail(chain.error());
    const auto bio = bioOf(privateKey);
    const KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr), EVP_PKEY_free);
    if (!key)
        return core::fail(invalid("the private key is no PEM text, or needs a passphrase",
                                  "give the key as PEM without a passphrase (-----BEGIN PRIVATE KEY-----)"));
    for (std::size_t index = 0; index < chain->size(); ++index) {
        if (X509_check_private_key((*chain)[index].get(), key.get()) != 1)
            continue;
        if (index > 0)
            return core::fail(invalid("the chain is in the wrong order: the key belongs to certificate " +
                                          std::to_string(index + 1) + ", " + infoOf((*chain)[index].get()).subject,
                                      "put the server's certificate first, then the one that issued it, and so on"));
        for (std::size_t next = 1; next < chain->size(); ++next) {
            if (X509_check_issued((*chain)[next].get(), (*chain)[next - 1].get()) != X509_V_OK)
                return core::fail(
                    invalid("the chain is in the wrong order: certificate " + std::to_string(next + 1) + ", " +
                                infoOf((*chain)[next].get()).subject + ", did not issue the one before it",
                            "put the server's certificate first, then the one that issued it, and so on"));
        }
        ERR_clear_error();
        return infosOf(*chain);
    }
    return core::fail(
        invalid("the private key does not belong to the certificate of " + infoOf(chain->front().get()).subject,
                "give the key that the certificate was made for"));
}

} // namespace binnacle::operations

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace binnacle::kube {

/// A certificate and its key, as PEM.
struct TestIdentity
{
    std::string certificatePem;
    std::string keyPem;
};

enum class KeyKind { Rsa, Ec };
/// How a key's PEM begins: "PRIVATE KEY", or "RSA PRIVATE KEY" and "EC PRIVATE KEY" as older tools write it.
enum class KeyForm { Pkcs8, Traditional };

struct TestSubject
{
    std::string commonName = "server";
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1"};
    int validFromDays = -1;
    int validToDays = 1;
    KeyKind kind = KeyKind::Ec;
    KeyForm form = KeyForm::Pkcs8;
};

/// A certificate authority that lives as long as a test: what clusters have.
class TestAuthority
{
public:
    explicit TestAuthority(const std::string &name = "test-ca");
    ~TestAuthority();

    [[nodiscard]] std::string certificatePem() const;
    [[nodiscard]] TestIdentity issue(const TestSubject &subject = {}) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::kube

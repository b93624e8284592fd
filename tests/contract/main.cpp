// SPDX-License-Identifier: GPL-3.0-or-later
#include "ContractTest.h"
#include "kube/Kubeconfig.h"

#include <QCoreApplication>

#include <cstdlib>
#include <iostream>

using namespace binnacle;

namespace {

/// ctest's SKIP_RETURN_CODE of these tests.
constexpr int skipped = 77;

int runAgainst(const std::string &kubeconfig)
{
    auto transport = kube::Kubeconfig::load(kube::KubeconfigSources::fromEnvironment(kubeconfig)).open();
    if (!transport) {
        std::cerr << transport.error().describe() << '\n';
        return 1;
    }
    contract::theClient() = std::make_shared<kube::Client>(*transport);
    const int result = RUN_ALL_TESTS();
    contract::theClient().reset();
    return result;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    const char *const kubeconfig = std::getenv("BINNACLE_TEST_KUBECONFIG");
    if (kubeconfig == nullptr || *kubeconfig == '\0') {
        std::cerr << "SKIPPED: no real API server, BINNACLE_TEST_KUBECONFIG is not set\n";
        return skipped;
    }
    return runAgainst(kubeconfig);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ContractTest.h"
#include "kube/Kubeconfig.h"
#include "simulator/Simulator.h"

#include <QCoreApplication>
#include <QTemporaryFile>

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

/// In this process, and reached over HTTP like any other server.
int runAgainstSimulator()
{
    simulator::SimulatorOptions options;
    options.scenario = "empty";
    simulator::Simulator simulator(options);
    if (const auto started = simulator.start(); !started) {
        std::cerr << started.error().describe() << '\n';
        return 1;
    }
    QTemporaryFile file;
    if (!file.open() || file.write(QByteArray::fromStdString(simulator.kubeconfig())) < 0 || !file.flush()) {
        std::cerr << "no temporary file\n";
        return 1;
    }
    return runAgainst(file.fileName().toStdString());
}

int runAgainstCluster()
{
    const char *const kubeconfig = std::getenv("BINNACLE_TEST_KUBECONFIG");
    if (kubeconfig != nullptr && *kubeconfig != '\0')
        return runAgainst(kubeconfig);
    std::cerr << "SKIPPED: no real API server, BINNACLE_TEST_KUBECONFIG is not set\n";
    return skipped;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    const bool isCluster = argc > 1 && std::string_view(argv[1]) == "--cluster";
    return isCluster ? runAgainstCluster() : runAgainstSimulator();
}

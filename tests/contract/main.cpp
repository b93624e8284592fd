// SPDX-License-Identifier: GPL-3.0-or-later
#include "ContractTest.h"
#include "kube/Kubeconfig.h"
#include "simulator/Simulator.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdlib>
#include <fstream>
#include <iostream>

using namespace binnacle;

namespace {

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

int runAgainstSimulator()
{
    simulator::SimulatorOptions options;
    options.scenario = "empty";
    simulator::Simulator cluster(std::move(options));
    if (const auto started = cluster.start(); !started) {
        std::cerr << started.error().describe() << '\n';
        return 1;
    }
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("kubeconfig")).toStdString();
    std::ofstream(path) << cluster.kubeconfig();
    return runAgainst(path);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    const char *const kubeconfig = std::getenv("BINNACLE_TEST_KUBECONFIG");
    if (kubeconfig != nullptr && *kubeconfig != '\0')
        return runAgainst(kubeconfig);
    std::cerr << "BINNACLE_TEST_KUBECONFIG is not set: against the demo cluster\n";
    return runAgainstSimulator();
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Serves a demo cluster until its standard input closes: simulator_serve SCENARIO PODS KUBECONFIG
#include "simulator/Simulator.h"
#include "stack/DemoManifests.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char **argv)
{
    if (argc < 4) {
        std::cerr << "usage: simulator_serve SCENARIO PODS KUBECONFIG [PORT]\n";
        return 2;
    }
    binnacle::simulator::SimulatorOptions options;
    options.scenario = argv[1];
    options.manifests = binnacle::stack::demoManifests().value_or(std::string());
    options.pods = std::atoi(argv[2]);
    options.port = static_cast<unsigned short>(argc > 4 ? std::atoi(argv[4]) : 0);
    binnacle::simulator::Simulator simulator(std::move(options));
    if (const auto started = simulator.start(); !started) {
        std::cerr << started.error().describe() << '\n';
        return 1;
    }
    std::ofstream(argv[3]) << simulator.kubeconfig();
    std::cout << simulator.url() << std::endl;
    std::string line;
    while (std::getline(std::cin, line))
        continue;
    return 0;
}

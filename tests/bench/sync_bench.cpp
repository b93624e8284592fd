// SPDX-License-Identifier: GPL-3.0-or-later
// Initial sync of all pods of a cluster: objects, seconds, CPU, resident memory, as one line of JSON.
#include "cluster/ClusterObserver.h"
#include "core/Clock.h"
#include "kube/Client.h"
#include "kube/Kubeconfig.h"

#include <QCoreApplication>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <iostream>

namespace {

using namespace binnacle;

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A line of /proc/self/status in KiB: VmRSS now, VmHWM at its highest.
long memoryKib(const std::string &name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind(name + ":", 0) == 0)
            return std::stol(line.substr(name.size() + 1));
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const std::string file = argc > 1 ? argv[1] : "";
    const auto kubeconfig = kube::Kubeconfig::load(kube::KubeconfigSources::fromEnvironment(file));
    const auto transport = kubeconfig.open();
    if (!transport) {
        std::cerr << transport.error().describe() << "\n";
        return 3;
    }
    const core::GroupKind pods{"", "Pod"};
    const core::SystemClock clock;
    cluster::Store store(clock);
    const auto client = std::make_shared<kube::Client>(*transport);
    cluster::ClusterObserver observer(client, store);
    std::size_t changes = 0;
    QObject::connect(&store, &cluster::Store::changed, &application,
                     [&](const cluster::ChangeSet &set) { changes += set.size(); });
    const long emptyKib = memoryKib("VmRSS");
    const double emptyCpu = cpuSeconds();
    const auto from = std::chrono::steady_clock::now();
    int status = 0;
    QObject::connect(&observer, &cluster::ClusterObserver::synced, &application, [&] {
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - from;
        const double cpu = cpuSeconds() - emptyCpu;
        store.flush();
        const auto &feed = store.feeds().begin()->second;
        if (feed.error) {
            std::cerr << feed.error->describe() << "\n";
            status = 1;
        }
        const auto objects = store.count(pods);
        const long resident = memoryKib("VmRSS");
        const double perPod =
            objects == 0 ? 0.0 : static_cast<double>(resident - emptyKib) / static_cast<double>(objects);
        std::cout << nlohmann::json{{"objects", objects},
                                    {"seconds", wall.count()},
                                    {"cpuSeconds", cpu},
                                    {"cpuSecondsWithStart", cpu + emptyCpu},
                                    {"emptyKib", emptyKib},
                                    {"residentKib", resident},
                                    {"peakKib", memoryKib("VmHWM")},
                                    {"kibPerObject", perPod},
                                    {"changes", changes}}
                         .dump()
                  << std::endl;
        application.quit();
    });
    QTimer::singleShot(std::chrono::minutes(5), &application, [&] {
        std::cerr << "no sync within 5 min\n";
        status = 1;
        application.quit();
    });
    observer.observe({{pods, {}}});
    QCoreApplication::exec();
    return status;
}

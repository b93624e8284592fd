// SPDX-License-Identifier: GPL-3.0-or-later
// An event storm into a store of many pods: how long the GUI's thread is held up at a time, as one line of JSON.
#include "cluster/Store.h"
#include "core/Clock.h"

#include <QCoreApplication>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

namespace {

using namespace binnacle;
using Milliseconds = std::chrono::duration<double, std::milli>;

kube::RecordPointer pod(std::size_t number, std::size_t version)
{
    auto record = std::make_shared<kube::ObjectRecord>();
    record->gvk = {"", "v1", "Pod"};
    record->meta.nameSpace = core::SharedString("namespace-" + std::to_string(number % 100));
    record->meta.name = "application-7d9c5b8f6-" + std::to_string(number);
    record->meta.uid = "uid-" + std::to_string(number);
    record->meta.resourceVersion = std::to_string(version);
    record->body = kube::PodRecord{};
    return record;
}

double percentile(std::vector<double> &values, double share)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0.0 : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const std::size_t perSecond = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5000;
    const std::size_t pods = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 150000;
    constexpr std::chrono::milliseconds beat{10};
    constexpr int seconds = 10;
    const std::size_t perBeat = perSecond / (std::chrono::milliseconds(1000) / beat);
    const core::SystemClock clock;
    cluster::Store store(clock);
    for (std::size_t i = 0; i < pods; ++i)
        store.upsert(pod(i, 0));
    store.flush();

    std::vector<double> batches, flushes;
    std::size_t version = 0, seen = 0, emissions = 0;
    QObject::connect(&store, &cluster::Store::changed, &application, [&](const cluster::ChangeSet &changes) {
        ++emissions;
        for (const auto &change : changes) // what a view does at least
            seen += store.find(change.key) != nullptr ? 1 : 0;
    });
    QTimer storm;
    storm.setTimerType(Qt::PreciseTimer);
    QObject::connect(&storm, &QTimer::timeout, &application, [&] {
        const auto from = clock.monotonic();
        for (std::size_t i = 0; i < perBeat; ++i, ++version)
            store.upsert(pod(version * 7919 % pods, version + 1));
        batches.push_back(Milliseconds(clock.monotonic() - from).count());
        const auto flushFrom = clock.monotonic();
        store.flush();
        flushes.push_back(Milliseconds(clock.monotonic() - flushFrom).count());
    });
    QTimer::singleShot(std::chrono::seconds(seconds), &application, &QCoreApplication::quit);
    storm.start(beat);
    QCoreApplication::exec();
    std::cout << nlohmann::json{{"pods", pods},
                                {"eventsPerSecond", static_cast<double>(version) / seconds},
                                {"seen", seen},
                                {"emissions", emissions},
                                {"batchP99Ms", percentile(batches, 0.99)},
                                {"flushP99Ms", percentile(flushes, 0.99)},
                                {"worstMs", percentile(batches, 1.0) + percentile(flushes, 1.0)}}
                     .dump()
              << std::endl;
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "DemoCluster.h"

#include "kube/Kubeconfig.h"
#include "simulator/Simulator.h"
#include "stack/DemoManifests.h"
#include "widgets/common/Background.h"

#include <QCoreApplication>
#include <QTemporaryFile>

#include <algorithm>
#include <map>
#include <mutex>

namespace binnacle::gui {

/// The simulator may still be starting in the pool when the next one is asked for.
struct DemoCluster::Running
{
    std::mutex mutex;
    std::unique_ptr<simulator::Simulator> simulator;
};

namespace {

core::Result<std::shared_ptr<kube::Transport>> connectTo(const simulator::Simulator &simulator)
{
    QTemporaryFile file;
    if (!file.open())
        return core::fail(core::ErrorKind::Io,
                          "the temporary folder cannot be written: " + file.errorString().toStdString(),
                          "free some space, or set TMPDIR to a folder that can be written");
    const std::string text = simulator.kubeconfig();
    file.write(text.data(), static_cast<qint64>(text.size()));
    file.flush();
    return kube::Kubeconfig::load({{file.fileName().toStdString()}}).open();
}

} // namespace

DemoCluster::DemoCluster() : m_running(std::make_shared<Running>()) {}

DemoCluster::~DemoCluster() = default;

std::vector<std::pair<QString, QString>> DemoCluster::scenarios()
{
    static const std::map<std::string, const char *> titles = {
        {"healthy", QT_TRANSLATE_NOOP("DemoCluster", "A healthy application")},
        {"empty", QT_TRANSLATE_NOOP("DemoCluster", "An empty cluster, to deploy on")},
        {"crashloop", QT_TRANSLATE_NOOP("DemoCluster", "Broken: the API crashes again and again")},
        {"image-pull", QT_TRANSLATE_NOOP("DemoCluster", "Broken: an image that does not exist")},
        {"quota", QT_TRANSLATE_NOOP("DemoCluster", "Broken: the namespace's quota is too small")},
        {"no-endpoints", QT_TRANSLATE_NOOP("DemoCluster", "Broken: a service that finds no pods")},
        {"pending-volume", QT_TRANSLATE_NOOP("DemoCluster", "Broken: a volume that cannot be provided")},
    };
    std::vector<std::pair<QString, QString>> result;
    for (const std::string &id : simulator::Simulator::scenarios()) {
        const QString name = QString::fromStdString(id);
        const auto known = titles.find(id);
        const QString title = known != titles.end()
                                  ? QCoreApplication::translate("DemoCluster", known->second)
                                  : QCoreApplication::translate("DemoCluster", "Broken: %1").arg(name);
        result.emplace_back(name, title);
    }
    // What a newcomer wants to see first is chosen when the list opens.
    std::stable_partition(result.begin(), result.end(), [](const auto &each) { return each.first == u"healthy"; });
    return result;
}

QFuture<core::Result<std::shared_ptr<kube::Transport>>> DemoCluster::start(const QString &scenario)
{
    return widgets::inBackground(
        [running = m_running, scenario = scenario.toStdString()]() -> core::Result<std::shared_ptr<kube::Transport>> {
            const std::lock_guard guard(running->mutex);
            running->simulator.reset();
            simulator::SimulatorOptions options;
            if (!scenario.empty())
                options.scenario = scenario;
            options.living = scenario.empty() || scenario == "healthy";
            auto manifests = stack::demoManifests();
            if (!manifests)
                return core::fail(manifests.error());
            options.manifests = *std::move(manifests);
            auto simulator = std::make_unique<simulator::Simulator>(std::move(options));
            if (auto started = simulator->start(); !started)
                return core::fail(started.error());
            running->simulator = std::move(simulator);
            return connectTo(*running->simulator);
        });
}

} // namespace binnacle::gui

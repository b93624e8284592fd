// SPDX-License-Identifier: GPL-3.0-or-later
#include "SimulateCommand.h"

#include "simulator/Simulator.h"
#include "stack/DemoManifests.h"

#include <QDir>
#include <QEventLoop>
#include <QSaveFile>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <charconv>

namespace binnacle::ctl {

namespace {

/// "127.0.0.1:8001", "[::1]:0", ":8001"
[[nodiscard]] core::Result<void> readListen(const std::string &text, simulator::SimulatorOptions &options)
{
    const auto colon = text.rfind(':');
    unsigned short port = 0;
    const char *const end = text.data() + text.size();
    const auto read = colon == std::string::npos ? std::from_chars_result{nullptr, std::errc::invalid_argument}
                                                 : std::from_chars(text.data() + colon + 1, end, port);
    if (read.ec != std::errc{} || read.ptr != end)
        return core::fail(core::ErrorKind::Usage, "--listen " + text + " is not of the form ADDRESS:PORT",
                          "use for example 127.0.0.1:8001; port 0 means any free one");
    options.port = port;
    std::string address = text.substr(0, colon);
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    if (!address.empty())
        options.address = address;
    return {};
}

/// Readable by this user only, and there as a whole or not at all.
[[nodiscard]] core::Result<void> writeKubeconfig(const QString &path, const std::string &text)
{
    QSaveFile file(path);
    const bool isWritten =
        file.open(QIODevice::WriteOnly) && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
        file.write(QByteArray::fromStdString(text)) == static_cast<qint64>(text.size()) && file.commit();
    if (isWritten)
        return {};
    auto error = core::makeError(core::ErrorKind::Io, "cannot be written: " + file.errorString().toStdString(),
                                 "choose another place with --kubeconfig-out");
    error.object = path.toStdString();
    return core::fail(std::move(error));
}

} // namespace

CLI::App *SimulateCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("simulate", "Serve a demo cluster with the Kubernetes API until stopped");
    std::string scenarios;
    for (const auto &name : simulator::Simulator::scenarios())
        scenarios += (scenarios.empty() ? "" : ", ") + name;
    command->add_option("--listen", m_listen, "Where to listen, as ADDRESS:PORT; port 0 means any free one");
    command->add_option("--kubeconfig-out", m_kubeconfigOut,
                        "Where to write a kubeconfig for it; else a temporary file");
    command->add_option("--scenario", m_scenario, "What the cluster holds: " + scenarios);
    command->add_option("--pods", m_pods, "So many pods on top of the scenario")->check(CLI::NonNegativeNumber);
    command->add_flag("--living", m_living, "Now and then a pod is replaced");
    command->footer(
        "Prints one line {\"url\",\"kubeconfig\"} when it is ready. Nothing is authenticated and nothing is kept: "
        "listen on loopback only.");
    return command;
}

core::Result<void> SimulateCommand::run(const Environment &environment)
{
    simulator::SimulatorOptions options;
    options.scenario = m_scenario;
    options.pods = m_pods;
    options.living = m_living;
    if (auto listen = readListen(m_listen, options); !listen)
        return listen;
    auto manifests = stack::demoManifests();
    if (!manifests)
        return core::fail(manifests.error());
    options.manifests = *std::move(manifests);
    simulator::Simulator simulator(std::move(options));
    if (auto started = simulator.start(); !started)
        return started;

    const QString path =
        m_kubeconfigOut.empty()
            ? QDir::temp().filePath(
                  QStringLiteral("binnacle-demo-%1.kubeconfig")
                      .arg(QString::fromStdString(environment.random.text(8, "abcdefghijklmnopqrstuvwxyz0123456789"))))
            : QDir::current().absoluteFilePath(QString::fromStdString(m_kubeconfigOut));
    if (auto written = writeKubeconfig(path, simulator.kubeconfig()); !written)
        return written;
    environment.console.print(core::Json{{"url", simulator.url()}, {"kubeconfig", path.toStdString()}}.dump() + "\n");

    QEventLoop loop;
    QObject::connect(&environment.interrupt, &Interrupt::interrupted, &loop, &QEventLoop::quit);
    if (!environment.interrupt.isInterrupted())
        loop.exec();
    simulator.stop();
    if (m_kubeconfigOut.empty())
        QFile::remove(path);
    return {};
}

} // namespace binnacle::ctl

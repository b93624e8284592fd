// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ExecCredentialSource.h"

#include "kube/ExecCredential.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTimer>

#include <cstdio>
#include <utility>

namespace binnacle::kube {

namespace {

using core::Error;
using core::ErrorKind;

constexpr std::chrono::seconds refreshEarly{60};
constexpr std::chrono::minutes longestRun{5}; ///< some wait for a person to log in with a browser

class ExecCredentialSource final : public CredentialSource
{
public:
    ExecCredentialSource(std::shared_ptr<const UserSettings> user, std::shared_ptr<const ClusterSettings> cluster,
                         std::string authorityPem, OpenOptions options, const core::Clock &clock)
        : m_user(std::move(user)),
          m_cluster(std::move(cluster)),
          m_authorityPem(std::move(authorityPem)),
          m_options(std::move(options)),
          m_clock(clock)
    {
    }

    ~ExecCredentialSource() override;

    void obtain(Callback callback) override;
    bool refused(const CredentialPointer &credential) override;
    std::string describe() const override
    {
        return "the credential that the plug-in " + m_user->exec->command + " gave for user \"" + m_user->name + "\"";
    }
    std::string advice() const override
    {
        return "log in again with that plug-in's own program, or choose another context";
    }

private:
    void run();
    std::optional<Error> allowed(const std::string &command) const;
    void processEnded(bool crashed);
    void complete(core::Result<CredentialPointer> result);
    Error failed(std::string what) const;
    bool fresh() const;
    bool interactive() const { return m_options.interactive && m_user->exec->interactiveMode != "Never"; }

    std::shared_ptr<const UserSettings> m_user;
    std::shared_ptr<const ClusterSettings> m_cluster;
    std::string m_authorityPem;
    OpenOptions m_options;
    const core::Clock &m_clock;
    ExecCredential m_cached;
    std::unique_ptr<QProcess> m_process;
    std::vector<Callback> m_waiting;
    QByteArray m_said; ///< what it wrote to standard error, when that was passed on
    bool m_timedOut = false;
};

ExecCredentialSource::~ExecCredentialSource()
{
    if (m_process) {
        m_process->disconnect();
        m_process->kill();
        m_process->waitForFinished(1000);
    }
}

bool ExecCredentialSource::fresh() const
{
    return m_cached.credential && (!m_cached.expires || m_clock.now() < *m_cached.expires - refreshEarly);
}

void ExecCredentialSource::obtain(Callback callback)
{
    if (fresh()) {
        callback(m_cached.credential);
        return;
    }
    m_waiting.push_back(std::move(callback));
    if (!m_process)
        run();
}

bool ExecCredentialSource::refused(const CredentialPointer &credential)
{
    // Another request may have renewed it already.
    if (m_cached.credential == credential)
        m_cached = {};
    return true;
}

Error ExecCredentialSource::failed(std::string what) const
{
    const auto &exec = *m_user->exec;
    auto next =
        exec.installHint.empty() ? std::string("run the plug-in by hand to see what it needs") : exec.installHint;
    return core::makeError(ErrorKind::Unauthorized,
                           "the credential plug-in " + exec.command + " of user \"" + m_user->name +
                               "\" failed: " + std::move(what),
                           std::move(next));
}

std::optional<Error> ExecCredentialSource::allowed(const std::string &command) const
{
    const auto &exec = *m_user->exec;
    if (command.empty()) {
        if (exec.command.find('/') != std::string::npos)
            return failed("there is no such program");
        return failed("it is not in any folder of PATH (" + qEnvironmentVariable("PATH").toStdString() + ")");
    }
    if (exec.interactiveMode == "Always" && !m_options.interactive)
        return failed("it needs a terminal (interactiveMode: Always)");
    if (m_options.allowExecPlugin && !m_options.allowExecPlugin(command)) {
        auto error = failed("running " + command + " was not allowed");
        error.next = "allow this program for the context, or choose another one";
        return error;
    }
    return std::nullopt;
}

void ExecCredentialSource::run()
{
    const auto &exec = *m_user->exec;
    const auto command = findPluginCommand(exec.command);
    if (auto problem = allowed(command)) {
        complete(core::fail(std::move(*problem)));
        return;
    }
    m_process = std::make_unique<QProcess>();
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const auto &[name, value] : exec.environment)
        environment.insert(QString::fromStdString(name), QString::fromStdString(value));
    environment.insert(QStringLiteral("KUBERNETES_EXEC_INFO"),
                       QString::fromStdString(execInfo(exec, *m_cluster, m_authorityPem, interactive())));
    m_process->setProcessEnvironment(environment);
    if (interactive()) {
        m_process->setInputChannelMode(QProcess::ForwardedInputChannel);
        // What it asks for ("open this page and enter the code ...") must be seen while it waits.
        QObject::connect(m_process.get(), &QProcess::readyReadStandardError, m_process.get(), [this] {
            const auto said = m_process->readAllStandardError();
            m_said += said;
            std::fwrite(said.constData(), 1, static_cast<std::size_t>(said.size()), stderr);
        });
    } else {
        m_process->setStandardInputFile(QProcess::nullDevice());
    }
    m_said.clear();
    QStringList arguments;
    for (const auto &argument : exec.arguments)
        arguments.append(QString::fromStdString(argument));
    auto *process = m_process.get();
    QObject::connect(process, &QProcess::finished, process,
                     [this](int, QProcess::ExitStatus status) { processEnded(status == QProcess::CrashExit); });
    QObject::connect(process, &QProcess::errorOccurred, process, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            complete(core::fail(failed(m_process->errorString().toStdString())));
    });
    m_timedOut = false;
    QTimer::singleShot(longestRun, process, [this, process] {
        m_timedOut = true;
        process->kill();
    });
    process->start(QString::fromStdString(command), arguments);
}

void ExecCredentialSource::processEnded(bool crashed)
{
    constexpr int longestNote = 300;
    if (m_timedOut || crashed || m_process->exitCode() != 0) {
        auto what = m_timedOut ? std::string("it did not end within 5 minutes")
                    : crashed  ? std::string("it crashed")
                               : "exit status " + std::to_string(m_process->exitCode());
        // Standard error is meant for people; standard output, where the token would be, is never shown.
        const auto note = QString::fromUtf8(m_said + m_process->readAllStandardError()).simplified().right(longestNote);
        if (!note.isEmpty())
            what += ": " + note.toStdString();
        complete(core::fail(failed(std::move(what))));
        return;
    }
    auto output = m_process->readAllStandardOutput().toStdString();
    auto parsed = parseExecCredential(output, m_user->exec->apiVersion);
    core::wipe(output);
    if (!parsed) {
        complete(core::fail(failed(parsed.error().message)));
        return;
    }
    m_cached = std::move(*parsed);
    complete(m_cached.credential);
}

void ExecCredentialSource::complete(core::Result<CredentialPointer> result)
{
    if (m_process)
        m_process.release()->deleteLater(); // we may be in one of its signals
    const auto waiting = std::exchange(m_waiting, {});
    for (const auto &callback : waiting)
        callback(result);
}

} // namespace

std::string findPluginCommand(const std::string &command)
{
    const auto name = QString::fromStdString(command);
    if (command.find('/') != std::string::npos || QDir::isAbsolutePath(name))
        return QFileInfo(name).isExecutable() ? command : std::string();
    return QStandardPaths::findExecutable(name).toStdString();
}

core::Result<std::unique_ptr<CredentialSource>> makeExecCredentialSource(std::shared_ptr<const UserSettings> user,
                                                                         std::shared_ptr<const ClusterSettings> cluster,
                                                                         const OpenOptions &options,
                                                                         const core::Clock &clock)
{
    const auto &version = user->exec->apiVersion;
    if (version != "client.authentication.k8s.io/v1" && version != "client.authentication.k8s.io/v1beta1")
        return core::fail(ErrorKind::Configuration,
                          "user \"" + user->name + "\" has a credential plug-in of version \"" + version +
                              "\", which no client supports any more",
                          "set apiVersion to client.authentication.k8s.io/v1 and update the plug-in");
    auto authorityPem = cluster->authorityPem;
    if (authorityPem.empty() && !cluster->authorityFile.empty() && user->exec->provideClusterInfo) {
        auto read = readSmallFile(cluster->authorityFile);
        if (!read)
            return core::fail(std::move(read.error()));
        authorityPem = std::move(*read);
    }
    return std::make_unique<ExecCredentialSource>(std::move(user), std::move(cluster), std::move(authorityPem), options,
                                                  clock);
}

} // namespace binnacle::kube

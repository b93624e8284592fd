// SPDX-License-Identifier: GPL-3.0-or-later
#include "DemoCluster.h"
#include "FirstPaint.h"
#include "gui/MainWindow.h"
#include "gui/SystemTheme.h"
#include "runbook/Journal.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QSettings>
#include <QTextStream>
#include <QTimer>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

using namespace Qt::Literals::StringLiterals;
using namespace binnacle;

namespace {

struct Options
{
    bool demo = false;
    QString scenario;
    QString kubeconfig;
    QString context;
    std::optional<std::string> stack;
    QString theme;
    QString logLevel = u"info"_s;
};

QString tr(const char *text)
{
    return QCoreApplication::translate("main", text);
}

Options parse(const QCoreApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(tr("Shows and runs an application that spans several Kubernetes namespaces."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(u"scenario"_s, tr("With --demo: which scenario."), u"[scenario]"_s);
    parser.addOptions({
        {u"demo"_s, tr("Start on the built-in demo cluster.")},
        {u"kubeconfig"_s, tr("Read this kubeconfig only."), tr("FILE")},
        {u"context"_s, tr("Connect to this context."), tr("NAME")},
        {u"stack"_s,
         tr("The stack to show: a name or a path; an empty text shows whatever runs in the cluster. Without this "
            "option: what was chosen for the context before, else what the cluster suggests."),
         tr("STACK")},
        {u"theme"_s, tr("light, dark, contrast or system."), tr("THEME")},
        {u"log-level"_s, tr("trace, debug, info, warning, error or off."), tr("LEVEL"), u"info"_s},
    });
    parser.process(application);
    Options options;
    options.demo = parser.isSet(u"demo"_s);
    options.scenario = parser.positionalArguments().value(0);
    options.kubeconfig = parser.value(u"kubeconfig"_s);
    options.context = parser.value(u"context"_s);
    if (parser.isSet(u"stack"_s))
        options.stack = parser.value(u"stack"_s).toStdString();
    options.theme = parser.value(u"theme"_s);
    options.logLevel = parser.value(u"log-level"_s);
    return options;
}

std::unique_ptr<core::Log> startLog(const QString &level)
{
    core::LogOptions options;
    options.level = core::logLevelFromText(level.toStdString()).value_or(core::LogLevel::Info);
    auto log = core::Log::start(options);
    if (log)
        return std::move(*log);
    QTextStream(stderr) << QString::fromStdString(log.error().describe()) << '\n';
    return nullptr;
}

bool isGiven(int argc, char **argv, std::initializer_list<std::string_view> options)
{
    return std::any_of(argv + 1, argv + argc, [&options](std::string_view argument) {
        return std::find(options.begin(), options.end(), argument) != options.end();
    });
}

/// What needs no window needs no display either. Qt's own options would be unknown here, so only these are looked for.
void answerWithoutDisplay(int argc, char **argv)
{
    if (!isGiven(argc, argv, {"-h", "--help", "--help-all", "-v", "--version"}))
        return;
    const QCoreApplication application(argc, argv);
    parse(application);
}

/// Qt aborts, with a core dump, where it finds no display.
bool hasDisplay(int argc, char **argv)
{
#if defined(Q_OS_LINUX) || defined(Q_OS_FREEBSD)
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(name))
            return true;
    }
    return isGiven(argc, argv, {"-platform", "--platform", "-display", "--display"});
#else
    Q_UNUSED(argc)
    Q_UNUSED(argv)
    return true;
#endif
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication::setApplicationName(u"binnacle"_s);
    QCoreApplication::setOrganizationName(u"binnacle"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(BINNACLE_VERSION));
    answerWithoutDisplay(argc, argv);
    if (!hasDisplay(argc, argv)) {
        QTextStream(stderr)
            << "binnacle: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). Next: start "
               "it in a desktop session; binnaclectl does the same in a terminal\n";
        return 1;
    }
    const QApplication application(argc, argv);
    QApplication::setApplicationDisplayName(u"Binnacle"_s);
    QApplication::setWindowIcon(QIcon(u":/icons/binnacle.svg"_s));
    QApplication::setDesktopFileName(u"binnacle"_s);
    const Options options = parse(application);
    const std::unique_ptr<core::Log> log = startLog(options.logLevel);
    const QString theme =
        options.theme.isEmpty() ? QSettings().value(u"theme"_s, u"system"_s).toString() : options.theme;
    widgets::Theme::apply(*qApp, widgets::Theme::fromName(theme));
    const gui::SystemTheme systemTheme;

    const core::SystemClock clock;
    core::SystemRandom random;
    gui::DemoCluster demo;
    gui::Environment environment;
    environment.clock = &clock;
    environment.random = &random;
    environment.log = log.get();
    environment.kubeconfig = kube::KubeconfigSources::fromEnvironment(options.kubeconfig.toStdString());
    environment.stack = options.stack;
    environment.journal = runbook::Journal::defaultPath();
    environment.scenarios = gui::DemoCluster::scenarios();
    environment.startDemo = [&demo](const QString &scenario) { return demo.start(scenario); };

    gui::MainWindow window(std::move(environment));
    gui::FirstPaint firstPaint;
    if (qEnvironmentVariableIsSet("BINNACLE_REPORT_FIRST_PAINT"))
        window.installEventFilter(&firstPaint);
    window.show();
    QTimer::singleShot(0, &window, [&window, &options] {
        if (options.demo)
            window.openDemo(options.scenario);
        else if (!options.context.isEmpty() || !options.kubeconfig.isEmpty())
            window.openContext(core::ContextName(options.context.toStdString()));
        else
            window.chooseConnection();
    });
    return QApplication::exec();
}

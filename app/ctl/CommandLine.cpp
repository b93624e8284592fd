// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "CheckCommand.h"
#include "ContextsCommand.h"
#include "CopyCommand.h"
#include "DeployCommand.h"
#include "DiffCommand.h"
#include "DurationText.h"
#include "ExecCommand.h"
#include "ForwardCommand.h"
#include "GetCommand.h"
#include "HealthCommand.h"
#include "JournalCommand.h"
#include "LogsCommand.h"
#include "PlanCommand.h"
#include "QuantityCommand.h"
#include "QueryCommand.h"
#include "QuotaCommand.h"
#include "RenderCommand.h"
#include "RollbackCommand.h"
#include "RolloutCommand.h"
#include "RotateCommand.h"
#include "ScaleCommand.h"
#include "SecretCommand.h"
#include "SimulateCommand.h"
#include "TopCommand.h"
#include "TopologyCommand.h"
#include "UndoCommand.h"
#include "UninstallCommand.h"
#include "core/Logging.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>

namespace binnacle::ctl {

namespace {

constexpr const char *footer =
    "Exit status: 0 done, 1 the operation failed, 2 usage, 3 the cluster cannot be reached or refuses the\n"
    "credentials, 4 forbidden, 5 cancelled, 6 a gate timed out, 7 conflict.\n"
    "Results go to standard output, messages to standard error.";

void declareOptions(CLI::App &program, Options &options)
{
    program.add_option("--kubeconfig", options.kubeconfig, "Kubeconfig file; else $KUBECONFIG, else ~/.kube/config");
    program.add_option("--context", options.context, "Context of the kubeconfig; else its current one");
    program.add_option("-n,--namespace", options.nameSpace, "Namespace; else the context's");
    program.add_option("-o,--output", options.output, "table, json or yaml; some commands have others");
    program.add_option_function<std::string>(
        "--timeout",
        [&options](const std::string &text) {
            options.timeout = durationFromText(text);
            if (!options.timeout)
                throw CLI::ValidationError("--timeout", "\"" + text + "\" is not a duration such as 90, 30s, 5m or 1h");
        },
        "Give up after this long: 90, 30s, 5m, 1h");
    program.add_flag("-y,--yes", options.yes, "Do not ask before something is changed");
    program.add_option("--log-level", options.logLevel,
                       "What goes to the log file: trace, debug, info, warning, error or off");
}

/// Before the options are parsed, only their text can say whether the error is to be JSON.
[[nodiscard]] bool asksForJson(int argc, char **argv)
{
    for (int at = 1; at < argc; ++at) {
        const std::string_view word = argv[at];
        if (word == "-ojson" || word == "-o=json" || word == "--output=json")
            return true;
        if ((word == "-o" || word == "--output") && at + 1 < argc && std::string_view(argv[at + 1]) == "json")
            return true;
    }
    return false;
}

} // namespace

CommandLine::CommandLine()
{
    m_commands.push_back(std::make_unique<SimulateCommand>());
    m_commands.push_back(std::make_unique<ContextsCommand>());
    m_commands.push_back(std::make_unique<GetCommand>());
    m_commands.push_back(std::make_unique<HealthCommand>());
    m_commands.push_back(std::make_unique<LogsCommand>());
    m_commands.push_back(std::make_unique<CopyCommand>());
    m_commands.push_back(std::make_unique<ExecCommand>(kube::PodStreamKind::Attach, m_exitStatus));
    m_commands.push_back(std::make_unique<ExecCommand>(kube::PodStreamKind::Exec, m_exitStatus));
    m_commands.push_back(std::make_unique<RenderCommand>());
    m_commands.push_back(std::make_unique<TopologyCommand>());
    m_commands.push_back(std::make_unique<CheckCommand>());
    m_commands.push_back(std::make_unique<PlanCommand>());
    m_commands.push_back(std::make_unique<DiffCommand>());
    m_commands.push_back(std::make_unique<DeployCommand>());
    m_commands.push_back(std::make_unique<RollbackCommand>());
    m_commands.push_back(std::make_unique<ScaleCommand>());
    m_commands.push_back(std::make_unique<RolloutCommand>());
    m_commands.push_back(std::make_unique<QuotaCommand>());
    m_commands.push_back(std::make_unique<RotateCommand>());
    m_commands.push_back(std::make_unique<UndoCommand>());
    m_commands.push_back(std::make_unique<SecretCommand>());
    m_commands.push_back(std::make_unique<ForwardCommand>());
    m_commands.push_back(std::make_unique<UninstallCommand>());
    m_commands.push_back(std::make_unique<JournalCommand>());
    m_commands.push_back(std::make_unique<QueryCommand>());
    m_commands.push_back(std::make_unique<TopCommand>());
    m_commands.push_back(std::make_unique<QuantityCommand>());
}

CommandLine::~CommandLine() = default;

ExitStatus CommandLine::run(int argc, char **argv)
{
    CLI::App program("Operate applications that span several Kubernetes namespaces.", "binnaclectl");
    program.set_version_flag("--version", "binnaclectl " BINNACLE_VERSION);
    program.footer(footer);
    program.require_subcommand(1);
    program.fallthrough();
    declareOptions(program, m_options);
    std::vector<std::pair<CLI::App *, Command *>> declared;
    for (const auto &command : m_commands)
        declared.emplace_back(command->declare(program), command.get());

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError &problem) {
        if (problem.get_exit_code() == 0)
            return static_cast<ExitStatus>(program.exit(problem)); // help and version
        m_options.output = asksForJson(argc, argv) ? "json" : "";
        const auto unknown = program.get_subcommands().empty() ? program.remaining() : std::vector<std::string>();
        return report(core::makeError(core::ErrorKind::Usage,
                                      unknown.empty() ? problem.what() : "there is no command \"" + unknown[0] + "\"",
                                      "see `binnaclectl --help`, or --help after the command"));
    }
    for (const auto &[app, command] : declared) {
        if (app->parsed())
            return execute(*command);
    }
    return ExitStatus::Usage;
}

ExitStatus CommandLine::execute(Command &command)
{
    core::LogOptions logging;
    logging.fileName = "binnaclectl.log";
    const auto level = core::logLevelFromText(m_options.logLevel);
    if (!level)
        return report(core::makeError(core::ErrorKind::Usage, "there is no log level \"" + m_options.logLevel + "\"",
                                      "use trace, debug, info, warning, error or off"));
    logging.level = *level;
    const auto log = core::Log::start(logging);
    if (!log)
        m_console.message("warning: no log file: " + log.error().message);

    const core::SystemClock clock;
    core::SystemRandom random;
    Interrupt interrupt;
    const Environment environment{m_options, m_console, interrupt, clock, random};
    try {
        const auto outcome = command.run(environment);
        return outcome ? static_cast<ExitStatus>(m_exitStatus) : report(outcome.error());
    } catch (const std::exception &problem) {
        return report(core::makeError(core::ErrorKind::Protocol, std::string("unexpected: ") + problem.what(),
                                      "this is a fault of Binnacle; please report it with the command that led here"));
    }
}

ExitStatus CommandLine::report(const core::Error &error) const
{
    m_console.error(error);
    if (m_options.wantsJson())
        m_console.errorJson(error);
    return exitStatusOf(error);
}

} // namespace binnacle::ctl

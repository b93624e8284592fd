// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ClusterState.h"
#include "simulator/Text.h"
#include "simulator/shell/Process.h"

#include <algorithm>
#include <array>

namespace binnacle::simulator {

namespace {

using Program = int (*)(Process &);

int runTrue(Process & /*process*/)
{
    return 0;
}

int runFalse(Process & /*process*/)
{
    return 1;
}

int runEcho(Process &process)
{
    auto words = process.arguments;
    words.erase(words.begin());
    const bool bare = !words.empty() && words.front() == "-n";
    if (bare)
        words.erase(words.begin());
    process.streams.output->write(join(words, " ") + (bare ? "" : "\n"));
    return 0;
}

/// The character that \ooo stands for; `index` is at the first digit, and then at the last.
char octal(const std::string &format, std::size_t &index)
{
    int value = 0;
    const std::size_t end = std::min(index + 3, format.size());
    for (; index < end && format[index] >= '0' && format[index] <= '7'; ++index)
        value = value * 8 + (format[index] - '0');
    --index;
    return static_cast<char>(value);
}

/// Text with \n, \t, \ooo and \\ in it, and %s and %% for the arguments; repeated while arguments are left.
int runPrintf(Process &process)
{
    if (process.arguments.size() < 2)
        return 2;
    const std::string &format = process.arguments[1];
    std::size_t next = 2;
    std::string text;
    do {
        const std::size_t before = next;
        for (std::size_t index = 0; index < format.size(); ++index) {
            const char c = format[index];
            const char following = index + 1 < format.size() ? format[index + 1] : '\0';
            if (c == '\\' && following >= '0' && following <= '7') {
                text += octal(format, ++index);
            } else if (c == '\\' && following != '\0') {
                text += following == 'n' ? '\n' : following == 't' ? '\t' : following;
                ++index;
            } else if (c == '%' && (following == 's' || following == 'd')) {
                text += next < process.arguments.size() ? process.arguments[next] : "";
                ++next;
                ++index;
            } else {
                text += c;
                index += c == '%' && following == '%' ? 1 : 0;
            }
        }
        if (next == before)
            break;
    } while (next < process.arguments.size());
    process.streams.output->write(text);
    return 0;
}

int runCat(Process &process)
{
    if (process.arguments.size() > 1 && process.arguments[1] != "-") {
        process.streams.errors->write("cat: can't open '" + process.arguments[1] + "': No such file or directory\n");
        return 1;
    }
    while (const auto c = process.streams.input->next())
        process.streams.output->write(std::string_view(&*c, 1));
    return 0;
}

/// All variables; or runs a command with some set.
int runEnv(Process &process)
{
    auto word = process.arguments.begin() + 1;
    for (; word != process.arguments.end() && word->find('=') != std::string::npos; ++word)
        process.environment[word->substr(0, word->find('='))] = word->substr(word->find('=') + 1);
    if (word != process.arguments.end()) {
        process.arguments.erase(process.arguments.begin(), word);
        const auto status = runProgram(process);
        if (!status)
            process.streams.errors->write("env: can't execute '" + process.arguments.front() +
                                          "': No such file or directory\n");
        return status.value_or(127);
    }
    for (const auto &[name, value] : process.environment)
        process.streams.output->write(name + "=" + value + "\n");
    return 0;
}

int runPrintenv(Process &process)
{
    if (process.arguments.size() == 1)
        return runEnv(process);
    int status = 0;
    for (std::size_t index = 1; index < process.arguments.size(); ++index) {
        const auto found = process.environment.find(process.arguments[index]);
        if (found != process.environment.end())
            process.streams.output->write(found->second + "\n");
        else
            status = 1;
    }
    return status;
}

int runSleep(Process &process)
{
    const double seconds = process.arguments.size() > 1 ? std::atof(process.arguments[1].c_str()) : 0;
    process.machine.sleep(std::chrono::milliseconds(static_cast<long long>(seconds * 1000)));
    return 0;
}

int runHostname(Process &process)
{
    process.streams.output->write(process.container.pod + "\n");
    return 0;
}

int runDate(Process &process)
{
    process.machine.inCluster([&](ClusterState &state) { process.streams.output->write(state.timeText() + "\n"); });
    return 0;
}

struct Entry
{
    const char *name;
    Program program;
    bool ofPostgres = false;
};

constexpr std::array programs{
    Entry{"sh", runShell},          Entry{"ash", runShell},       Entry{"bash", runShell},
    Entry{"true", runTrue},         Entry{"false", runFalse},     Entry{"echo", runEcho},
    Entry{"printf", runPrintf},     Entry{"cat", runCat},         Entry{"env", runEnv},
    Entry{"printenv", runPrintenv}, Entry{"sleep", runSleep},     Entry{"hostname", runHostname},
    Entry{"date", runDate},         Entry{"psql", runPsql, true}, Entry{"pg_isready", runPgIsReady, true}};

} // namespace

std::optional<int> runProgram(Process &process)
{
    static constexpr std::array<std::string_view, 5> folders{"/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/",
                                                             "/usr/sbin/"};
    if (process.arguments.empty())
        return std::nullopt;
    std::string name = process.arguments.front();
    for (const auto folder : folders)
        if (startsWith(name, folder)) {
            name = name.substr(folder.size());
            break;
        }
    const auto *const found =
        std::find_if(programs.begin(), programs.end(), [&](const Entry &entry) { return name == entry.name; });
    if (found == programs.end() || (found->ofPostgres && !isPostgresImage(process.container.image)))
        return std::nullopt;
    return found->program(process);
}

} // namespace binnacle::simulator

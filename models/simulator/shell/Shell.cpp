// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/shell/Shell.h"

#include "simulator/Text.h"

#include <algorithm>
#include <cctype>

namespace binnacle::simulator {

namespace {

constexpr int deepestCall = 50;

/// How long the name of "NAME=value" is; 0: it is no assignment.
std::size_t assignedName(std::string_view word)
{
    const auto equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0 || std::isdigit(word[0]) != 0)
        return 0;
    const auto name = word.substr(0, equals);
    return std::all_of(name.begin(), name.end(), [](char c) { return std::isalnum(c) != 0 || c == '_'; }) ? equals : 0;
}

/// A line without its end; nothing at the end of input. `ended`: whether the line had its newline.
constexpr int interruptedStatus = 130; ///< 128 and SIGINT

std::optional<std::string> nextLine(Input &input, bool &ended)
{
    std::string line;
    ended = false;
    while (const auto c = input.next()) {
        if (*c == '\n') {
            ended = true;
            return line;
        }
        line += *c;
    }
    return line.empty() ? std::nullopt : std::optional(line);
}

bool test(std::vector<std::string> words)
{
    const bool negated = !words.empty() && words.front() == "!";
    if (negated)
        words.erase(words.begin());
    bool result = words.size() == 1 && !words[0].empty();
    if (words.size() == 2)
        result = words[0] == "-z" ? words[1].empty() : words[0] == "-n" && !words[1].empty();
    if (words.size() == 3) {
        const auto number = [&](std::size_t index) { return std::atoll(words[index].c_str()); };
        result = words[1] == "=" || words[1] == "==" ? words[0] == words[2]
                 : words[1] == "!="                  ? words[0] != words[2]
                 : words[1] == "-eq"                 ? number(0) == number(2)
                 : words[1] == "-ne"                 ? number(0) != number(2)
                 : words[1] == "-gt"                 ? number(0) > number(2)
                 : words[1] == "-lt"                 ? number(0) < number(2)
                                                     : false;
    }
    return result != negated;
}

} // namespace

Shell::Shell(const Process &process, std::string name, std::vector<std::string> positional)
    : m_machine(process.machine),
      m_container(process.container),
      m_variables(process.environment),
      m_name(std::move(name)),
      m_positional(std::move(positional)),
      m_streams(process.streams)
{
    for (const auto &[variable, value] : m_variables)
        m_exported.insert(variable);
}

const std::string *Shell::variable(const std::string &name) const
{
    const auto found = m_variables.find(name);
    return found == m_variables.end() ? nullptr : &found->second;
}

std::string Shell::special(char name) const
{
    switch (name) {
    case '?':
        return std::to_string(m_status);
    case '#':
        return std::to_string(m_positional.size());
    case '0':
        return m_name;
    case '@':
    case '*':
        return join(m_positional, " ");
    case '$':
        return "7";
    default:
        return {};
    }
}

std::string Shell::outputOf(std::string_view script)
{
    const auto output = std::make_shared<TextOutput>();
    Streams streams = m_streams;
    streams.output = output;
    Shell inner = *this; // a subshell: what it changes is gone with it
    m_status = inner.run(script, streams);
    while (!output->text.empty() && output->text.back() == '\n')
        output->text.pop_back();
    return output->text;
}

void Shell::complain(const Streams &streams, const std::string &what) const
{
    streams.errors->write(m_name + ": " + what + "\n");
}

int Shell::run(std::string_view script, const Streams &streams)
{
    const auto parsed = parseScript(script);
    if (!parsed) {
        complain(streams, parsed.error().message);
        return 2;
    }
    try {
        return execute(**parsed, streams);
    } catch (const Exit &exit) {
        return exit.status;
    }
}

int Shell::runLines(const Streams &streams)
{
    bool ended = true;
    const bool asks = streams.input->isTerminal();
    const auto read = [&]() -> std::optional<std::string> {
        while (true) {
            try {
                if (asks)
                    streams.errors->write("/ # ");
                return nextLine(*streams.input, ended);
            } catch (const Interrupted &) {
                m_status = interruptedStatus;
            }
        }
    };
    while (const auto line = read()) {
        const auto parsed = parseScript(*line);
        if (!parsed) {
            complain(streams, parsed.error().message);
            m_status = 2;
            continue;
        }
        try {
            (void)execute(**parsed, streams);
        } catch (const Exit &exit) {
            return exit.status;
        } catch (const Interrupted &) {
            if (!asks)
                throw;
            m_status = interruptedStatus;
        }
    }
    return m_status;
}

int Shell::execute(const Command &command, const Streams &streams)
{
    const auto part = [&](std::size_t index) { return execute(*command.parts[index], streams); };
    switch (command.kind) {
    case Command::Kind::Simple:
        return m_status = simple(command, streams);
    case Command::Kind::Sequence:
        for (const auto &each : command.parts)
            m_status = execute(*each, streams);
        return m_status;
    case Command::Kind::And:
        return m_status = part(0) == 0 ? part(1) : m_status;
    case Command::Kind::Or:
        return m_status = part(0) != 0 ? part(1) : m_status;
    case Command::Kind::Not:
        return m_status = part(0) == 0 ? 1 : 0;
    case Command::Kind::Pipeline:
        return m_status = pipeline(command, streams);
    case Command::Kind::Group: {
        Streams inner = streams;
        if (!redirect(command, inner))
            return m_status = 1;
        return m_status = command.name.empty() ? execute(*command.parts[0], inner) : apart(*command.parts[0], inner);
    }
    case Command::Kind::Function:
        m_functions[command.name] = command.parts[0];
        return m_status = 0;
    case Command::Kind::If:
        if (part(0) == 0)
            return m_status = part(1);
        return m_status = command.parts.size() > 2 ? part(2) : 0;
    }
    return m_status;
}

/// In a shell of its own: what it changes is gone with it.
int Shell::apart(const Command &command, const Streams &streams) const
{
    Shell inner = *this;
    try {
        return inner.execute(command, streams);
    } catch (const Exit &exit) {
        return exit.status;
    }
}

/// One after the other: what one writes is there when the next begins to read.
int Shell::pipeline(const Command &command, const Streams &streams)
{
    Streams now = streams;
    for (std::size_t index = 0; index < command.parts.size(); ++index) {
        const bool last = index + 1 == command.parts.size();
        const auto between = std::make_shared<TextOutput>();
        now.output = last ? streams.output : between;
        m_status = apart(*command.parts[index], now);
        now.input = std::make_shared<TextInput>(between->text);
    }
    return m_status;
}

bool Shell::redirect(const Command &command, Streams &streams)
{
    const auto silent = std::make_shared<TextOutput>();
    for (const auto &redirection : command.redirections) {
        const std::string target = expandText(*this, redirection.target);
        const bool toErrors = redirection.descriptor == 2;
        if (redirection.kind == Redirection::Kind::Duplicate) {
            (toErrors ? streams.errors : streams.output) = target == "2" ? streams.errors : streams.output;
        } else if (target != "/dev/null") {
            const bool reads = redirection.kind == Redirection::Kind::Read;
            complain(streams, std::string(reads ? "can't open " : "can't create ") + target +
                                  (reads ? ": no such file" : ": Read-only file system"));
            return false;
        } else if (redirection.kind == Redirection::Kind::Read) {
            streams.input = std::make_shared<TextInput>();
        } else {
            (toErrors ? streams.errors : streams.output) = silent;
        }
    }
    return true;
}

int Shell::simple(const Command &command, Streams streams)
{
    m_streams = streams;
    Variables assigned;
    std::vector<std::string> words;
    for (const auto &word : command.words) {
        const auto name = words.empty() ? assignedName(word) : 0;
        if (name != 0) {
            assigned[word.substr(0, name)] = expandText(*this, std::string_view(word).substr(name + 1));
            continue;
        }
        for (auto &field : expandWord(*this, word))
            words.push_back(std::move(field));
    }
    if (!redirect(command, streams))
        return 1;
    if (words.empty()) {
        for (auto &[name, value] : assigned)
            set(name, std::move(value));
        return 0;
    }
    return call(std::move(words), assigned, streams);
}

int Shell::call(std::vector<std::string> words, const Variables &assigned, const Streams &streams)
{
    if (const auto function = m_functions.find(words.front()); function != m_functions.end()) {
        if (++m_depth > deepestCall) {
            complain(streams, "Maximum function recursion depth (" + std::to_string(deepestCall) + ") reached");
            throw Exit{2};
        }
        const CommandPointer body = function->second;
        auto outer = std::exchange(m_positional, {words.begin() + 1, words.end()});
        for (const auto &[name, value] : assigned)
            set(name, value);
        const int status = execute(*body, streams);
        m_positional = std::move(outer);
        --m_depth;
        return status;
    }
    if (const auto status = builtin(words, assigned, streams))
        return *status;
    return program(std::move(words), assigned, streams);
}

std::optional<int> Shell::builtin(const std::vector<std::string> &words, const Variables &assigned,
                                  const Streams &streams)
{
    const std::string &name = words.front();
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (name == ":" || name == "set" || name == "umask" || name == "trap")
        return 0;
    if (name == "exit")
        throw Exit{rest.empty() ? m_status : std::atoi(rest[0].c_str()) & 255};
    if (name == "exec")
        throw Exit{rest.empty() ? 0 : program(rest, assigned, streams)};
    if (name == "export") {
        exportAll(rest);
        return 0;
    }
    if (name == "unset") {
        for (const auto &each : rest) {
            m_variables.erase(each);
            m_exported.erase(each);
        }
        return 0;
    }
    if (name == "read")
        return read(rest, streams);
    if (name == "test")
        return test(rest) ? 0 : 1;
    if (name == "[")
        return test({rest.begin(), rest.end() - (rest.empty() ? 0 : 1)}) ? 0 : 1;
    return std::nullopt;
}

void Shell::exportAll(const std::vector<std::string> &words)
{
    for (const auto &word : words) {
        const auto length = assignedName(word);
        if (length != 0)
            set(word.substr(0, length), word.substr(length + 1));
        m_exported.insert(length != 0 ? word.substr(0, length) : word);
    }
}

/// Reads one line, a byte at a time: what follows is left to whoever reads next.
int Shell::read(const std::vector<std::string> &words, const Streams &streams)
{
    bool ended = false;
    auto line = nextLine(*streams.input, ended);
    std::vector<std::string> names;
    std::copy_if(words.begin(), words.end(), std::back_inserter(names),
                 [](const std::string &word) { return word.empty() || word.front() != '-'; });
    std::string rest = line.value_or("");
    for (std::size_t index = 0; index < names.size(); ++index) {
        const auto blank = index + 1 == names.size() ? std::string::npos : rest.find(' ');
        set(names[index], rest.substr(0, blank));
        rest = blank == std::string::npos ? std::string() : rest.substr(blank + 1);
    }
    return line && ended ? 0 : 1;
}

int Shell::program(std::vector<std::string> words, const Variables &assigned, const Streams &streams)
{
    Variables environment;
    for (const auto &name : m_exported)
        if (const auto *value = variable(name))
            environment[name] = *value;
    for (const auto &[name, value] : assigned)
        environment[name] = value;
    const std::string name = words.front();
    Process process{std::move(words), std::move(environment), streams, m_machine, m_container};
    const auto status = runProgram(process);
    if (!status)
        complain(streams, name + ": not found");
    return status.value_or(127);
}

int runShell(Process &process)
{
    const auto &words = process.arguments;
    if (words.size() > 2 && words[1] == "-c") {
        const std::vector<std::string> positional(words.begin() + (words.size() > 3 ? 4 : 3), words.end());
        return Shell(process, words.size() > 3 ? words[3] : "sh", positional).run(words[2], process.streams);
    }
    return Shell(process, "sh", {}).runLines(process.streams);
}

} // namespace binnacle::simulator

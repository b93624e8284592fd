// SPDX-License-Identifier: GPL-3.0-or-later
// psql and pg_isready, as far as they are used to look whether a password works, and to change one.
#include "simulator/ClusterState.h"
#include "simulator/Text.h"
#include "simulator/shell/Process.h"

#include <regex>

namespace binnacle::simulator {

namespace {

constexpr int statementFailed = 1;
constexpr int connectionFailed = 2;
constexpr int scriptFailed = 3;

struct Options
{
    std::string host;
    std::string role;
    std::string database;
    std::vector<std::string> statements;
    bool fromInput = true;
    bool stops = false; ///< ON_ERROR_STOP
    std::string unknown;
};

std::string variableOr(const Process &process, const char *name, const std::string &otherwise)
{
    const auto found = process.environment.find(name);
    return found == process.environment.end() || found->second.empty() ? otherwise : found->second;
}

void takeOption(Options &options, char letter, const std::string &value)
{
    switch (letter) {
    case 'h':
        options.host = value;
        break;
    case 'U':
        options.role = value;
        break;
    case 'd':
        options.database = value;
        break;
    case 'c':
        options.statements.push_back(value);
        options.fromInput = false;
        break;
    case 'v':
        options.stops |= value == "ON_ERROR_STOP=1" || value == "ON_ERROR_STOP=on";
        break;
    case 'f':
        options.unknown = value == "-" ? "" : value + ": No such file or directory";
        break;
    default:
        break; // -p and the rest: nothing that matters here
    }
}

Options optionsOf(const Process &process)
{
    Options options;
    options.host = variableOr(process, "PGHOST", {});
    options.role = variableOr(process, "PGUSER", "postgres");
    std::vector<std::string> names;
    for (std::size_t index = 1; index < process.arguments.size(); ++index) {
        const std::string &word = process.arguments[index];
        if (word.size() < 2 || word[0] != '-' || word[1] == '-') {
            names.push_back(word);
            continue;
        }
        for (std::size_t letter = 1; letter < word.size(); ++letter) {
            if (std::string_view("hUdcvfptFLPRT").find(word[letter]) == std::string_view::npos || word[letter] == 't')
                continue; // a flag
            const bool attached = letter + 1 < word.size();
            const bool given = attached || index + 1 < process.arguments.size();
            takeOption(options, word[letter],
                       attached ? word.substr(letter + 1)
                       : given  ? process.arguments[++index]
                                : std::string());
            break;
        }
    }
    if (options.database.empty() && !names.empty())
        options.database = names[0];
    if (options.database.empty())
        options.database = variableOr(process, "PGDATABASE", options.role);
    return options;
}

std::shared_ptr<Database> serverOf(const Process &process, const std::string &host)
{
    std::shared_ptr<Database> server;
    process.machine.inCluster(
        [&](ClusterState &state) { server = state.containers.serverAt(process.container, host); });
    return server;
}

bool isHere(const std::string &host)
{
    return host.empty() || host[0] == '/' || host == "localhost" || host == "127.0.0.1" || host == "::1";
}

std::string unquoted(const std::string &text)
{
    if (text.size() < 2 || (text.front() != '"' && text.front() != '\''))
        return text;
    std::string result;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        result += text[at];
        at += text[at] == text.front() ? 1 : 0; // doubled
    }
    return result;
}

/// What the server answers to one statement; false and its words when it does not take it.
bool answer(Database &database, const std::string &statement, const std::string &role, std::string &text)
{
    static const std::regex alter(
        R"re(^(?:alter)\s+(?:role|user)\s+("(?:[^"]|"")+"|\w+)\s+(?:with\s+)?(?:encrypted\s+)?)re"
        R"re(password\s+('(?:[^']|'')*')$)re",
        std::regex::icase);
    static const std::regex select(R"re(^select\s+('(?:[^']|'')*'|\d+|current_user)$)re", std::regex::icase);
    std::smatch found;
    constexpr std::size_t longest = 2000;
    if (statement.size() > longest) {
        text = "ERROR:  the demo cluster's PostgreSQL takes no statement that long";
        return false;
    }
    if (std::regex_match(statement, found, alter)) {
        const std::string name = unquoted(found[1]);
        if (!database.hasRole(name)) {
            text = "ERROR:  role \"" + name + "\" does not exist";
            return false;
        }
        database.setPassword(name, unquoted(found[2]));
        text = "ALTER ROLE";
        return true;
    }
    if (std::regex_match(statement, found, select)) {
        text = found[1] == "current_user" ? role : unquoted(found[1]);
        return true;
    }
    text = "ERROR:  the demo cluster's PostgreSQL does not know this statement";
    return false;
}

std::string trimmed(const std::string &text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Parts between semicolons that stand in no quotes.
std::vector<std::string> statementsOf(const std::string &text)
{
    std::vector<std::string> result(1);
    char quote = '\0';
    for (const char c : text) {
        if (c == ';' && quote == '\0') {
            result.emplace_back();
            continue;
        }
        if (c == '\'' || c == '"')
            quote = quote == '\0' ? c : quote == c ? '\0' : quote;
        result.back() += c;
    }
    return result;
}

} // namespace

int runPgIsReady(Process &process)
{
    const Options options = optionsOf(process);
    bool quiet = false;
    for (const auto &word : process.arguments)
        quiet |= word == "-q";
    const auto server = serverOf(process, options.host);
    if (!quiet)
        process.streams.output->write((isHere(options.host) ? "/var/run/postgresql" : options.host) + ":5432 - " +
                                      (server ? "accepting connections\n" : "no response\n"));
    return server ? 0 : 2;
}

int runPsql(Process &process)
{
    Options options = optionsOf(process);
    const bool here = isHere(options.host);
    const auto server = serverOf(process, options.host);
    const auto password = process.environment.find("PGPASSWORD");
    core::SecretString given(password == process.environment.end() ? std::string() : password->second);
    std::string refusal = "could not translate host name \"" + options.host + "\" to address: Name does not resolve";
    if (server)
        process.machine.inCluster([&](ClusterState &) {
            refusal = server->refusal(options.role, options.database, here, given.isEmpty() ? nullptr : &given);
        });
    else if (here)
        refusal =
            "No such file or directory\n\tIs the server running locally and accepting connections on that socket?";
    if (!refusal.empty()) {
        const std::string where =
            here ? "on socket \"/var/run/postgresql/.s.PGSQL.5432\"" : "at \"" + options.host + "\", port 5432";
        process.streams.errors->write("psql: error: connection to server " + where + " failed: " + refusal + "\n");
        return connectionFailed;
    }
    if (!options.unknown.empty()) {
        process.streams.errors->write("psql: error: " + options.unknown + "\n");
        return statementFailed;
    }
    if (options.fromInput) {
        std::string script;
        while (const auto c = process.streams.input->next())
            script += *c;
        options.statements = {script};
    }
    int status = 0;
    for (const auto &part : options.statements)
        for (const auto &each : statementsOf(part)) {
            const std::string statement = trimmed(each);
            std::string text;
            bool well = true;
            if (statement.empty())
                continue;
            process.machine.inCluster([&](ClusterState &) { well = answer(*server, statement, options.role, text); });
            (well ? process.streams.output : process.streams.errors)->write(text + "\n");
            if (!well && options.stops)
                return scriptFailed;
            status = well || options.fromInput ? 0 : statementFailed;
        }
    return status;
}

} // namespace binnacle::simulator

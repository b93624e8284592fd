// SPDX-License-Identifier: GPL-3.0-or-later
#include "Console.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#ifdef _WIN32
#include <conio.h>
#include <io.h>
#else
#include <termios.h>
#include <unistd.h>
#endif

namespace binnacle::ctl {

namespace {

#ifdef _WIN32
[[nodiscard]] bool isTerminal(std::FILE *file)
{
    return _isatty(_fileno(file)) != 0;
}

/// The console echoes nothing while characters are read one by one.
[[nodiscard]] core::SecretString readWithoutEcho()
{
    std::string line;
    for (int c = _getch(); c != '\r' && c != '\n' && c != EOF; c = _getch())
        line += static_cast<char>(c);
    core::SecretString secret(line);
    core::wipe(line);
    return secret;
}
#else
[[nodiscard]] bool isTerminal(std::FILE *file)
{
    return isatty(fileno(file)) != 0;
}

/// Turns the terminal's echo off, and back on when it dies.
class EchoOff
{
public:
    EchoOff()
    {
        m_isSet = tcgetattr(STDIN_FILENO, &m_before) == 0;
        if (!m_isSet)
            return;
        termios silent = m_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~EchoOff()
    {
        if (m_isSet)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
    EchoOff(const EchoOff &) = delete;
    EchoOff &operator=(const EchoOff &) = delete;

private:
    termios m_before{};
    bool m_isSet = false;
};

[[nodiscard]] core::SecretString readWithoutEcho()
{
    const EchoOff silence;
    std::string line;
    std::getline(std::cin, line);
    core::SecretString secret(line);
    core::wipe(line);
    return secret;
}
#endif

[[nodiscard]] const char *escapeOf(Colour colour)
{
    switch (colour) {
    case Colour::None:
        return "";
    case Colour::Green:
        return "\x1b[32m";
    case Colour::Yellow:
        return "\x1b[33m";
    case Colour::Red:
        return "\x1b[31m";
    case Colour::Dim:
        return "\x1b[2m";
    case Colour::Bold:
        return "\x1b[1m";
    }
    return "";
}

[[nodiscard]] std::string wrap(std::string_view text, Colour colour)
{
    return escapeOf(colour) + std::string(text) + "\x1b[0m";
}

/// The server's words may hold anything: JSON must come out whatever they are.
[[nodiscard]] std::string dump(const core::Json &value, int indent)
{
    return value.dump(indent, ' ', false, core::Json::error_handler_t::replace);
}

} // namespace

Console::Console()
    : m_inputIsTerminal(isTerminal(stdin)),
      m_outputIsTerminal(isTerminal(stdout)),
      m_errorIsTerminal(isTerminal(stderr)),
      m_coloursWanted(std::getenv("NO_COLOR") == nullptr)
{
}

bool Console::print(std::string_view text) const
{
    const bool isWritten = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return std::fflush(stdout) == 0 && isWritten;
}

bool Console::printJson(const core::Json &value) const
{
    return print(dump(value, m_outputIsTerminal ? 2 : -1) + "\n");
}

void Console::message(std::string_view text) const
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fputc('\n', stderr);
}

void Console::error(const core::Error &error) const
{
    std::string text = colouredMessage("error:", Colour::Red) + " ";
    if (!error.object.empty())
        text += error.object + ": ";
    text += error.message;
    for (const auto &cause : error.causes) {
        if (!cause.field.empty() && error.message.find(cause.field) == std::string::npos)
            text += "\n    field " + cause.field + ": " + cause.message;
    }
    if (!error.request.empty()) {
        text += "\n  request: " + error.request;
        if (error.httpStatus != 0)
            text += " answered " + std::to_string(error.httpStatus) + (error.reason.empty() ? "" : " " + error.reason);
    }
    if (!error.next.empty())
        text += "\n  next: " + error.next;
    message(text);
}

void Console::errorJson(const core::Error &error) const
{
    const core::Json line = {{"error",
                              {{"kind", core::toString(error.kind)},
                               {"object", error.object},
                               {"request", error.request},
                               {"message", error.message},
                               {"next", error.next}}}};
    print(dump(line, -1) + "\n");
}

std::string Console::coloured(std::string_view text, Colour colour) const
{
    return m_outputIsTerminal && m_coloursWanted && colour != Colour::None ? wrap(text, colour) : std::string(text);
}

std::string Console::colouredMessage(std::string_view text, Colour colour) const
{
    return m_errorIsTerminal && m_coloursWanted && colour != Colour::None ? wrap(text, colour) : std::string(text);
}

core::Result<std::string> Console::ask(std::string_view question) const
{
    std::fwrite(question.data(), 1, question.size(), stderr);
    std::string answer;
    if (!std::getline(std::cin, answer))
        return core::fail(core::ErrorKind::Cancelled, "no answer was given");
    return answer;
}

core::Result<core::SecretString> Console::askSecret(std::string_view question) const
{
    std::fwrite(question.data(), 1, question.size(), stderr);
    core::SecretString secret = readWithoutEcho();
    std::fputc('\n', stderr);
    if (!std::cin && secret.isEmpty())
        return core::fail(core::ErrorKind::Cancelled, "no answer was given");
    return secret;
}

} // namespace binnacle::ctl

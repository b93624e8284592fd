// SPDX-License-Identifier: GPL-3.0-or-later
#include "RawTerminal.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#endif

namespace binnacle::ctl {

#ifdef _WIN32

struct RawTerminal::Private
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD inputBefore = 0;
    DWORD outputBefore = 0;
};

RawTerminal::RawTerminal() : d(new Private)
{
    GetConsoleMode(d->input, &d->inputBefore);
    GetConsoleMode(d->output, &d->outputBefore);
    SetConsoleMode(d->input, ENABLE_VIRTUAL_TERMINAL_INPUT);
    SetConsoleMode(d->output, d->outputBefore | ENABLE_VIRTUAL_TERMINAL_PROCESSING | DISABLE_NEWLINE_AUTO_RETURN);
}

RawTerminal::~RawTerminal()
{
    SetConsoleMode(d->input, d->inputBefore);
    SetConsoleMode(d->output, d->outputBefore);
}

std::optional<std::pair<int, int>> RawTerminal::size()
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info))
        return std::nullopt;
    return std::pair(info.srWindow.Right - info.srWindow.Left + 1, info.srWindow.Bottom - info.srWindow.Top + 1);
}

#else

struct RawTerminal::Private
{
    termios before{};
    bool isSet = false;
};

RawTerminal::RawTerminal() : d(new Private)
{
    d->isSet = tcgetattr(STDIN_FILENO, &d->before) == 0;
    if (!d->isSet)
        return;
    termios raw = d->before;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

RawTerminal::~RawTerminal()
{
    if (d->isSet)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &d->before);
}

std::optional<std::pair<int, int>> RawTerminal::size()
{
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return std::nullopt;
    return std::pair(int{size.ws_col}, int{size.ws_row});
}

#endif

} // namespace binnacle::ctl

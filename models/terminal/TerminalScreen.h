// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/TerminalCell.h"

#include <QString>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace binnacle::terminal {

/// A place in a terminal's text. Lines are numbered from the first that was ever written.
struct TerminalPlace
{
    std::uint64_t line = 0;
    int column = 0;

    friend auto operator<=>(const TerminalPlace &, const TerminalPlace &) = default;
};

/// What an xterm shows after the bytes that it was fed: libvterm understands them, TerminalGrid keeps them. The lines
/// that left it at the top, and what it answers. Knows no window and no network. Lives in one thread.
class TerminalScreen
{
public:
    enum class CursorShape { Block, Underline, Bar };
    struct Cursor
    {
        TerminalPlace place;
        bool isVisible = true;
        bool blinks = false;
        CursorShape shape = CursorShape::Block;
    };
    /// What of the mouse the program wants to be told.
    enum class Mouse { Nothing, Clicks, Drags, Moves };

    /// Lines that are kept of those that left the screen.
    static constexpr std::size_t mostHistory = 10'000;

    TerminalScreen(int columns, int rows, std::size_t history = mostHistory);
    ~TerminalScreen();
    TerminalScreen(const TerminalScreen &) = delete;
    TerminalScreen &operator=(const TerminalScreen &) = delete;

    void feed(std::string_view bytes);
    void resize(int columns, int rows);
    /// As a terminal switched off and on; the history stays.
    void reset();

    [[nodiscard]] int columns() const;
    [[nodiscard]] int rows() const;
    /// Lines first() to end() exist; those from screenTop() on are on the screen.
    [[nodiscard]] std::uint64_t first() const;
    [[nodiscard]] std::uint64_t screenTop() const;
    [[nodiscard]] std::uint64_t end() const { return screenTop() + static_cast<std::uint64_t>(rows()); }
    [[nodiscard]] TerminalLine line(std::uint64_t number) const;
    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] const std::string &title() const;
    [[nodiscard]] bool isAlternate() const; ///< a full-screen program has it
    [[nodiscard]] Mouse mouse() const;
    /// Whether the bell rang since it was asked last.
    [[nodiscard]] bool takeBell();

    /// Keys, pastes and the mouse, as the program has asked to be told of them, and answers to what it asked, as bytes
    /// for its input.
    [[nodiscard]] std::string takeAnswers();
    /// False: the key means nothing to a terminal. `text`: what the keyboard's layout makes of it.
    bool key(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString &text);
    void type(const QString &text);
    /// What goes before and after a paste, so that the program can tell it from typing; empty where it did not ask.
    [[nodiscard]] std::pair<std::string, std::string> pasteBrackets();
    /// `button`: 1 left, 2 middle, 3 right, 4 wheel up, 5 wheel down.
    void mouseButton(int button, bool pressed, int row, int column, Qt::KeyboardModifiers modifiers);
    void mouseMove(int row, int column, Qt::KeyboardModifiers modifiers);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::terminal

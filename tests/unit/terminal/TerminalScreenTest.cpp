// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/TerminalScreen.h"

#include "terminal/TerminalText.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace binnacle::terminal {
namespace {

QString row(const TerminalScreen &screen, int number)
{
    const auto line = screen.screenTop() + static_cast<std::uint64_t>(number);
    return textBetween(screen, {line, 0}, {line, screen.columns()});
}

TerminalCell cell(const TerminalScreen &screen, int number, int column)
{
    return screen.line(screen.screenTop() + static_cast<std::uint64_t>(number))
        .cells.at(static_cast<std::size_t>(column));
}

std::string numbered(int from, int to)
{
    std::string text;
    for (int i = from; i <= to; ++i)
        text += "line " + std::to_string(i) + "\r\n";
    return text;
}

TEST(TerminalScreen, ShowsTextWhereTheProgramPutsIt)
{
    const std::string bytes = "one\r\n\x1b[3;5Hthree\x1b[2;1Htwo \xe2\x82\xac\x1b[K";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, bytes.size()}) {
        TerminalScreen screen(20, 4);
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            screen.feed(std::string_view(bytes).substr(at, piece));
        EXPECT_EQ(row(screen, 0), QStringLiteral("one"));
        EXPECT_EQ(row(screen, 1), QStringLiteral("two €"));
        EXPECT_EQ(row(screen, 2), QStringLiteral("    three"));
        EXPECT_EQ(screen.cursor().place, (TerminalPlace{1, 5}));
    }
}

TEST(TerminalScreen, KnowsColoursAndAttributes)
{
    struct Case
    {
        const char *codes;
        TerminalColor foreground, background;
        int attributes;
    };
    using Kind = TerminalColor::Kind;
    const Case cases[] = {
        {"", {}, {}, 0},
        {"1;4;7", {}, {}, TerminalBold | TerminalUnderline | TerminalReverse},
        {"3;9;5", {}, {}, TerminalItalic | TerminalStrike | TerminalBlink},
        {"31;44", {Kind::Indexed, 1, 0, 0}, {Kind::Indexed, 4, 0, 0}, 0},
        {"92", {Kind::Indexed, 10, 0, 0}, {}, 0},
        {"38;5;208;48;5;17", {Kind::Indexed, 208, 0, 0}, {Kind::Indexed, 17, 0, 0}, 0},
        {"38;2;1;2;3", {Kind::Rgb, 1, 2, 3}, {}, 0},
        {"31;39;44;49", {}, {}, 0},
    };
    for (const Case &each : cases) {
        TerminalScreen screen(10, 2);
        screen.feed("\x1b[" + std::string(each.codes) + "mx");
        EXPECT_EQ(cell(screen, 0, 0).foreground, each.foreground) << each.codes;
        EXPECT_EQ(cell(screen, 0, 0).background, each.background) << each.codes;
        EXPECT_EQ(cell(screen, 0, 0).attributes, each.attributes) << each.codes;
    }
}

TEST(TerminalScreen, GivesWideAndCombiningCharactersTheirCells)
{
    TerminalScreen screen(10, 2);
    screen.feed("\xe6\x97\xa5x e\xcc\x81."); // a wide one, and an e with an accent of its own
    EXPECT_EQ(cell(screen, 0, 0).width, 2);
    EXPECT_EQ(cell(screen, 0, 1).width, 0);
    EXPECT_EQ(cell(screen, 0, 2).character, U'x');
    EXPECT_EQ(row(screen, 0), QString::fromUtf8("\xe6\x97\xa5x e\xcc\x81."));
}

TEST(TerminalScreen, KeepsLinesThatLeaveAtTheTopUpToItsLimit)
{
    TerminalScreen screen(20, 4, 10);
    screen.feed(numbered(1, 30));
    EXPECT_EQ(screen.screenTop() - screen.first(), 10U);
    EXPECT_EQ(screen.first(), 17U);
    EXPECT_EQ(textBetween(screen, {screen.first(), 0}, {screen.first(), 20}), QStringLiteral("line 18"));
    EXPECT_EQ(row(screen, 0), QStringLiteral("line 28"));
    EXPECT_EQ(textBetween(screen, {0, 0}, {screen.end(), 0}).count(u'\n'), 14) << "lines long gone are no lines";
}

TEST(TerminalScreen, LeavesTheHistoryAloneWhileAFullScreenProgramRuns)
{
    TerminalScreen screen(20, 4);
    screen.feed(numbered(1, 6) + "$ vi");
    const auto before = screen.screenTop();
    screen.feed("\x1b[?1049h\x1b[H\x1b[2J" + numbered(100, 120));
    EXPECT_TRUE(screen.isAlternate());
    EXPECT_EQ(screen.screenTop(), before);
    EXPECT_EQ(row(screen, 0), QStringLiteral("line 118"));
    screen.feed("\x1b[?1049l");
    EXPECT_FALSE(screen.isAlternate());
    EXPECT_EQ(row(screen, 3), QStringLiteral("$ vi"));
}

TEST(TerminalScreen, FindsItsPlaceAgainAfterAFullScreenProgramWasResized)
{
    for (const auto &[columns, rows] : {std::pair{20, 3}, std::pair{20, 6}, std::pair{12, 2}}) {
        TerminalScreen screen(20, 4);
        screen.feed(numbered(1, 6) + "$ vi\r\n\x1b[?1049h\x1b[H\x1b[2J\x1b[31mx");
        screen.resize(columns, rows);
        screen.feed("y");
        EXPECT_EQ(row(screen, 0), QStringLiteral("xy"));
        EXPECT_EQ(cell(screen, 0, 1).foreground.red, 1) << "the colour of before goes on";
        screen.feed("\x1b[?1049l$ ");
        const auto line = screen.cursor().place.line;
        EXPECT_EQ(textBetween(screen, {line - 1, 0}, {line, 2}), QStringLiteral("$ vi\n$")) << columns << 'x' << rows;
    }
}

TEST(TerminalScreen, TakesLinesBackFromTheHistoryWhenItGrows)
{
    TerminalScreen screen(20, 4);
    screen.feed(numbered(1, 10));
    const auto before = screen.screenTop();
    screen.resize(20, 8);
    EXPECT_EQ(screen.screenTop(), before - 4);
    EXPECT_EQ(row(screen, 0), QStringLiteral("line 4"));
    screen.resize(30, 3);
    EXPECT_EQ(row(screen, 1), QStringLiteral("line 10"));
    EXPECT_EQ(screen.columns(), 30);
}

TEST(TerminalScreen, JoinsLinesThatWereTooLong)
{
    TerminalScreen screen(10, 4);
    screen.feed("0123456789abcde\r\nnext\r\n");
    EXPECT_EQ(textBetween(screen, {0, 2}, {2, 4}), QStringLiteral("23456789abcde\nnext"));
}

TEST(TerminalScreen, FindsWords)
{
    TerminalScreen screen(60, 2);
    screen.feed("see https://host:8443/a?b=c, or (pod/back-end_1.x)");
    const auto word = [&](int column) {
        const auto [from, to] = wordAt(screen, {0, column});
        return textBetween(screen, from, to);
    };
    EXPECT_EQ(word(10), QStringLiteral("https://host:8443/a?b=c"));
    EXPECT_EQ(word(40), QStringLiteral("pod/back-end_1.x"));
    EXPECT_EQ(word(3), QString());
    EXPECT_EQ(word(59), QString());
}

TEST(TerminalScreen, TellsTitleCursorBellAndMouse)
{
    TerminalScreen screen(20, 4);
    screen.feed("\x1b]2;root@pod: /\x07");
    EXPECT_EQ(screen.title(), "root@pod: /");
    EXPECT_FALSE(screen.takeBell());
    screen.feed("\x07");
    EXPECT_TRUE(screen.takeBell());
    EXPECT_FALSE(screen.takeBell());
    EXPECT_TRUE(screen.cursor().isVisible);
    screen.feed("\x1b[?25l\x1b[6 q");
    EXPECT_FALSE(screen.cursor().isVisible);
    EXPECT_EQ(screen.cursor().shape, TerminalScreen::CursorShape::Bar);
    EXPECT_EQ(screen.mouse(), TerminalScreen::Mouse::Nothing);
    screen.mouseButton(1, true, 1, 2, Qt::NoModifier);
    EXPECT_EQ(screen.takeAnswers(), "");
    screen.feed("\x1b[?1000h\x1b[?1006h");
    EXPECT_EQ(screen.mouse(), TerminalScreen::Mouse::Clicks);
    screen.mouseButton(1, false, 1, 2, Qt::NoModifier);
    screen.mouseButton(1, true, 1, 2, Qt::NoModifier);
    EXPECT_THAT(screen.takeAnswers(), testing::HasSubstr("\x1b[<0;3;2M"));
}

TEST(TerminalScreen, MakesTheBytesThatProgramsExpectOfKeys)
{
    struct Case
    {
        Qt::Key key;
        Qt::KeyboardModifiers modifiers;
        const char *text;
        std::string bytes;
    };
    const Case cases[] = {
        {Qt::Key_A, Qt::NoModifier, "a", "a"},
        {Qt::Key_A, Qt::ShiftModifier, "A", "A"},
        {Qt::Key_Odiaeresis, Qt::NoModifier, "\xc3\xb6", "\xc3\xb6"},
        {Qt::Key_C, Qt::ControlModifier, "\x03", "\x03"},
        {Qt::Key_I, Qt::ControlModifier, "\t", "\t"},
        {Qt::Key_BracketLeft, Qt::ControlModifier, "\x1b", "\x1b"},
        {Qt::Key_Space, Qt::ControlModifier, " ", std::string(1, '\0')},
        {Qt::Key_X, Qt::AltModifier, "x", "\x1bx"},
        {Qt::Key_At, Qt::AltModifier | Qt::ControlModifier, "@", std::string("\x1b\0", 2)},
        {Qt::Key_Return, Qt::NoModifier, "\r", "\r"},
        {Qt::Key_Return, Qt::ShiftModifier, "\r", "\r"},
        {Qt::Key_Tab, Qt::NoModifier, "\t", "\t"},
        {Qt::Key_Backtab, Qt::ShiftModifier, "", "\x1b[Z"},
        {Qt::Key_Backspace, Qt::NoModifier, "\b", "\x7f"},
        {Qt::Key_Backspace, Qt::AltModifier, "\b", "\x1b\x7f"},
        {Qt::Key_Escape, Qt::NoModifier, "\x1b", "\x1b"},
        {Qt::Key_Up, Qt::NoModifier, "", "\x1b[A"},
        {Qt::Key_Up, Qt::ControlModifier, "", "\x1b[1;5A"},
        {Qt::Key_Left, Qt::AltModifier, "", "\x1b[1;3D"},
        {Qt::Key_Home, Qt::NoModifier, "", "\x1b[H"},
        {Qt::Key_End, Qt::NoModifier, "", "\x1b[F"},
        {Qt::Key_PageUp, Qt::NoModifier, "", "\x1b[5~"},
        {Qt::Key_Delete, Qt::NoModifier, "\x7f", "\x1b[3~"},
        {Qt::Key_F1, Qt::NoModifier, "", "\x1bOP"},
        {Qt::Key_F5, Qt::NoModifier, "", "\x1b[15~"},
        {Qt::Key_F12, Qt::NoModifier, "", "\x1b[24~"},
    };
    for (const Case &each : cases) {
        TerminalScreen screen(20, 4);
        EXPECT_TRUE(screen.key(each.key, each.modifiers, QString::fromUtf8(each.text))) << each.key;
        EXPECT_EQ(screen.takeAnswers(), each.bytes) << each.key;
    }
    TerminalScreen screen(20, 4);
    EXPECT_FALSE(screen.key(Qt::Key_Shift, Qt::ShiftModifier, {}));
    screen.feed("\x1b[?1h"); // as vi asks for
    EXPECT_TRUE(screen.key(Qt::Key_Up, Qt::NoModifier, {}));
    EXPECT_EQ(screen.takeAnswers(), "\x1bOA");
}

TEST(TerminalScreen, AnswersWhatTheProgramAsks)
{
    TerminalScreen screen(20, 4);
    screen.feed("ab\x1b[6n");
    EXPECT_EQ(screen.takeAnswers(), "\x1b[1;3R");
    EXPECT_EQ(screen.pasteBrackets(), (std::pair<std::string, std::string>()));
    screen.feed("\x1b[?2004h");
    EXPECT_EQ(screen.pasteBrackets(), (std::pair<std::string, std::string>("\x1b[200~", "\x1b[201~")));
}

/// Whatever a program writes and however the window is resized meanwhile, all lines can be read.
TEST(TerminalScreen, SurvivesNoise)
{
    std::minstd_rand random(7);
    TerminalScreen screen(80, 24, 100);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes;
        for (int i = 0; i < 40; ++i) {
            const auto choice = random() % 8;
            if (choice == 0)
                bytes += "\x1b[" + std::to_string(random() % 120) + ";" + std::to_string(random() % 120) +
                         "HJKLMPX@rmhlSTcnq"[random() % 17];
            else if (choice == 1)
                bytes += "\xe6\x97\xa5\r\n";
            else if (choice == 2)
                bytes += random() % 2 == 0 ? "\x1b[?1049h" : "\x1b[?1049l";
            else
                bytes += static_cast<char>(random() % 256);
        }
        screen.feed(bytes);
        if (random() % 4 == 0)
            screen.resize(static_cast<int>(random() % 150), static_cast<int>(random() % 60));
        if (round % 50 == 0)
            (void)textBetween(screen, {screen.first(), 0}, {screen.end(), 0});
        (void)screen.takeAnswers();
    }
    EXPECT_LE(screen.screenTop() - screen.first(), 100U);
}

} // namespace
} // namespace binnacle::terminal

// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/TerminalScreen.h"

#include "terminal/TerminalGrid.h"
#include "terminal/Utf8Filter.h"

#include <vterm.h>

#include <algorithm>
#include <array>
#include <utility>

// Debian 12 has libvterm 0.1, Homebrew 0.3. Between them titles came to be told in pieces.
#define BINNACLE_VTERM_PIECES (VTERM_VERSION_MAJOR > 0 || VTERM_VERSION_MINOR >= 2)

namespace binnacle::terminal {

namespace {

constexpr int leastColumns = 2; ///< for a wide character
constexpr std::size_t longestTitle = 256;

TerminalColor colorOf(const VTermColor &color)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color))
        return {};
    if (VTERM_COLOR_IS_INDEXED(&color))
        return {TerminalColor::Kind::Indexed, color.indexed.idx, 0, 0};
    return {TerminalColor::Kind::Rgb, color.rgb.red, color.rgb.green, color.rgb.blue};
}

VTermModifier modifiersOf(Qt::KeyboardModifiers modifiers)
{
    int set = VTERM_MOD_NONE;
    set |= modifiers.testFlag(Qt::ShiftModifier) ? VTERM_MOD_SHIFT : 0;
    set |= modifiers.testFlag(Qt::AltModifier) ? VTERM_MOD_ALT : 0;
    set |= modifiers.testFlag(Qt::ControlModifier) ? VTERM_MOD_CTRL : 0;
    return static_cast<VTermModifier>(set);
}

VTermKey keyOf(Qt::Key key)
{
    switch (key) {
    case Qt::Key_Up:
        return VTERM_KEY_UP;
    case Qt::Key_Down:
        return VTERM_KEY_DOWN;
    case Qt::Key_Left:
        return VTERM_KEY_LEFT;
    case Qt::Key_Right:
        return VTERM_KEY_RIGHT;
    case Qt::Key_Insert:
        return VTERM_KEY_INS;
    case Qt::Key_Delete:
        return VTERM_KEY_DEL;
    case Qt::Key_Home:
        return VTERM_KEY_HOME;
    case Qt::Key_End:
        return VTERM_KEY_END;
    case Qt::Key_PageUp:
        return VTERM_KEY_PAGEUP;
    case Qt::Key_PageDown:
        return VTERM_KEY_PAGEDOWN;
    default:
        break;
    }
    if (key >= Qt::Key_F1 && key <= Qt::Key_F24)
        return static_cast<VTermKey>(VTERM_KEY_FUNCTION(key - Qt::Key_F1 + 1));
    return VTERM_KEY_NONE;
}

/// What Ctrl makes of a character, as terminals have done since the VT100; 0x100: nothing.
int controlOf(Qt::Key key)
{
    constexpr int nothing = 0x100;
    if (key >= Qt::Key_A && key <= Qt::Key_Z)
        return key - Qt::Key_A + 1;
    switch (key) {
    case Qt::Key_Space:
    case Qt::Key_At:
    case Qt::Key_2:
        return 0;
    case Qt::Key_BracketLeft:
    case Qt::Key_3:
        return 0x1b;
    case Qt::Key_Backslash:
    case Qt::Key_4:
        return 0x1c;
    case Qt::Key_BracketRight:
    case Qt::Key_5:
        return 0x1d;
    case Qt::Key_AsciiCircum:
    case Qt::Key_6:
        return 0x1e;
    case Qt::Key_Underscore:
    case Qt::Key_Minus:
    case Qt::Key_Slash:
    case Qt::Key_7:
        return 0x1f;
    case Qt::Key_8:
        return 0x7f;
    default:
        return nothing;
    }
}

} // namespace

struct TerminalScreen::Private
{
    struct Free
    {
        void operator()(VTerm *term) const { vterm_free(term); }
    };
    Private(int columns, int rows, std::size_t history) : grid(columns, rows, history), term(vterm_new(rows, columns))
    {
    }

    TerminalGrid grid;
    std::unique_ptr<VTerm, Free> term;
    VTermState *state = nullptr; ///< of the terminal
    Utf8Filter filter;
    TerminalCell pen;
    std::string answers;
    std::string title;
    std::string nextTitle; ///< what of it has come
    Cursor cursor;         ///< its line is a row of the screen
    int fullRow = -1;      ///< its last cell was just written
    bool isReversed = false;
    bool rang = false;
    Mouse mouse = Mouse::Nothing;

    static Private &of(void *user) { return *static_cast<Private *>(user); }

    static int put(VTermGlyphInfo *glyph, VTermPos at, void *user);
    static int moveCursor(VTermPos to, VTermPos from, int visible, void *user);
    static int scroll(VTermRect area, int up, int left, void *user);
    static int erase(VTermRect area, int selective, void *user);
    static int initPen(void *user);
    static int setPen(VTermAttr attribute, VTermValue *value, void *user);
    static int changed(VTermProp property, VTermValue *value, void *user);
    static int ring(void *user);

    void write(std::string_view bytes) { vterm_input_write(term.get(), bytes.data(), bytes.size()); }
    void set(VTermProp property, const VTermValue &value);
    void setTitle(const VTermValue &value);
    void resize(int columns, int rows);
    [[nodiscard]] std::string penCodes() const;
};

int TerminalScreen::Private::put(VTermGlyphInfo *glyph, VTermPos at, void *user)
{
    auto &self = of(user);
    std::array<char32_t, 6> characters;
    std::size_t count = 0;
    for (; count < characters.size() && glyph->chars[count] != 0; ++count)
        characters[count] = static_cast<char32_t>(glyph->chars[count]);
    if (at.col == 0 && self.fullRow >= 0 && at.row > 0)
        self.grid.setWraps(at.row - 1);
    self.grid.put(at.row, at.col, {characters.data(), count}, glyph->width, self.pen);
    self.fullRow = at.col + glyph->width >= self.grid.columns() ? at.row : -1;
    return 1;
}

int TerminalScreen::Private::moveCursor(VTermPos to, VTermPos, int, void *user)
{
    auto &self = of(user);
    self.cursor.place = {static_cast<std::uint64_t>(std::clamp(to.row, 0, self.grid.rows() - 1)),
                         std::clamp(to.col, 0, self.grid.columns() - 1)};
    if (to.row != self.fullRow || to.col != self.grid.columns() - 1)
        self.fullRow = -1;
    return 1;
}

int TerminalScreen::Private::scroll(VTermRect area, int up, int left, void *user)
{
    auto &self = of(user);
    self.grid.scroll({area.start_row, area.end_row, area.start_col, area.end_col}, up, left, self.pen);
    return 1;
}

int TerminalScreen::Private::erase(VTermRect area, int, void *user)
{
    auto &self = of(user);
    self.grid.erase({area.start_row, area.end_row, area.start_col, area.end_col}, self.pen);
    return 1;
}

int TerminalScreen::Private::initPen(void *user)
{
    of(user).pen = {};
    return 1;
}

int TerminalScreen::Private::setPen(VTermAttr attribute, VTermValue *value, void *user)
{
    TerminalCell &pen = of(user).pen;
    const auto flag = [&pen](int bit, bool on) {
        pen.attributes = static_cast<std::uint8_t>(on ? pen.attributes | bit : pen.attributes & ~bit);
    };
    switch (attribute) {
    case VTERM_ATTR_BOLD:
        flag(TerminalBold, value->boolean != 0);
        break;
    case VTERM_ATTR_UNDERLINE:
        flag(TerminalUnderline, value->number != 0);
        break;
    case VTERM_ATTR_ITALIC:
        flag(TerminalItalic, value->boolean != 0);
        break;
    case VTERM_ATTR_BLINK:
        flag(TerminalBlink, value->boolean != 0);
        break;
    case VTERM_ATTR_REVERSE:
        flag(TerminalReverse, value->boolean != 0);
        break;
    case VTERM_ATTR_STRIKE:
        flag(TerminalStrike, value->boolean != 0);
        break;
    case VTERM_ATTR_FOREGROUND:
        pen.foreground = colorOf(value->color);
        break;
    case VTERM_ATTR_BACKGROUND:
        pen.background = colorOf(value->color);
        break;
    default:
        break;
    }
    return 1;
}

int TerminalScreen::Private::changed(VTermProp property, VTermValue *value, void *user)
{
    of(user).set(property, *value);
    return 1;
}

int TerminalScreen::Private::ring(void *user)
{
    of(user).rang = true;
    return 1;
}

void TerminalScreen::Private::setTitle(const VTermValue &value)
{
#if BINNACLE_VTERM_PIECES
    if (value.string.initial)
        nextTitle.clear();
    nextTitle.append(value.string.str, std::min<std::size_t>(value.string.len, longestTitle));
    if (value.string.final)
        title = nextTitle.substr(0, longestTitle);
#else
    title = std::string(value.string).substr(0, longestTitle);
#endif
}

void TerminalScreen::Private::set(VTermProp property, const VTermValue &value)
{
    switch (property) {
    case VTERM_PROP_CURSORVISIBLE:
        cursor.isVisible = value.boolean != 0;
        break;
    case VTERM_PROP_CURSORBLINK:
        cursor.blinks = value.boolean != 0;
        break;
    case VTERM_PROP_CURSORSHAPE:
        cursor.shape = value.number == VTERM_PROP_CURSORSHAPE_UNDERLINE  ? CursorShape::Underline
                       : value.number == VTERM_PROP_CURSORSHAPE_BAR_LEFT ? CursorShape::Bar
                                                                         : CursorShape::Block;
        break;
    case VTERM_PROP_ALTSCREEN:
        grid.setAlternate(value.boolean != 0);
        break;
    case VTERM_PROP_REVERSE:
        isReversed = value.boolean != 0;
        break;
    case VTERM_PROP_MOUSE:
        mouse = value.number == VTERM_PROP_MOUSE_CLICK  ? Mouse::Clicks
                : value.number == VTERM_PROP_MOUSE_DRAG ? Mouse::Drags
                : value.number == VTERM_PROP_MOUSE_MOVE ? Mouse::Moves
                                                        : Mouse::Nothing;
        break;
    case VTERM_PROP_TITLE:
        setTitle(value);
        break;
    default:
        break;
    }
}

/// The codes that make the pen what it is.
std::string TerminalScreen::Private::penCodes() const
{
    std::string codes = "\x1b[0";
    const std::pair<int, const char *> attributes[] = {{TerminalBold, ";1"},      {TerminalItalic, ";3"},
                                                       {TerminalUnderline, ";4"}, {TerminalBlink, ";5"},
                                                       {TerminalReverse, ";7"},   {TerminalStrike, ";9"}};
    for (const auto &[bit, code] : attributes) {
        if ((pen.attributes & bit) != 0)
            codes += code;
    }
    const auto color = [&codes](const TerminalColor &each, const char *which) {
        if (each.kind == TerminalColor::Kind::Indexed)
            codes += ";" + std::string(which) + ";5;" + std::to_string(each.red);
        else if (each.kind == TerminalColor::Kind::Rgb)
            codes += ";" + std::string(which) + ";2;" + std::to_string(each.red) + ";" + std::to_string(each.green) +
                     ";" + std::to_string(each.blue);
    };
    color(pen.foreground, "38");
    color(pen.background, "48");
    return codes + "m";
}

/// libvterm 0.1 keeps margins and the saved cursor when the screen shrinks, and then reads outside of it: margins are
/// forgotten, as programs that use them set them anew, and the saved cursor stays with its line.
void TerminalScreen::Private::resize(int columns, int rows)
{
    const TerminalPlace before = cursor.place;
    const TerminalCell penBefore = pen;
    const bool wasVisible = cursor.isVisible;
    constexpr const char *save = "\x1b\x37";
    constexpr const char *restore = "\x1b\x38";
    write(std::string("\x18\x1b[r\x1b[?69h\x1b[s\x1b[?69l") + restore);
    const TerminalPlace saved = cursor.place;
    const bool isOther = grid.isAlternate();
    const int moved = grid.resize(columns, rows, static_cast<int>(isOther ? saved.line : before.line));
    vterm_set_size(term.get(), rows, columns);
    const auto moveTo = [columns, rows](const TerminalPlace &place, int down) {
        const int row = std::clamp(static_cast<int>(place.line) + down, 0, rows - 1);
        return "\x1b[" + std::to_string(row + 1) + ";" + std::to_string(std::min(place.column, columns - 1) + 1) + "H";
    };
    write("\x1b[?6l" + moveTo(saved, moved) + save + moveTo(before, isOther ? 0 : moved));
    pen = penBefore;
    write(penCodes() + (wasVisible ? "\x1b[?25h" : "\x1b[?25l"));
    fullRow = -1;
}

TerminalScreen::TerminalScreen(int columns, int rows, std::size_t history)
    : d(std::make_unique<Private>(std::max(columns, leastColumns), std::max(rows, 1), history))
{
    static constexpr VTermStateCallbacks callbacks = [] {
        VTermStateCallbacks table{};
        table.putglyph = &Private::put;
        table.movecursor = &Private::moveCursor;
        table.scrollrect = &Private::scroll;
        table.erase = &Private::erase;
        table.initpen = &Private::initPen;
        table.setpenattr = &Private::setPen;
        table.settermprop = &Private::changed;
        table.bell = &Private::ring;
        return table;
    }();
    vterm_set_utf8(d->term.get(), 1);
    vterm_output_set_callback(
        d->term.get(),
        [](const char *bytes, std::size_t size, void *user) { Private::of(user).answers.append(bytes, size); },
        d.get());
    d->state = vterm_obtain_state(d->term.get());
    vterm_state_set_callbacks(d->state, &callbacks, d.get());
    reset();
}

TerminalScreen::~TerminalScreen() = default;

void TerminalScreen::feed(std::string_view bytes)
{
    d->write(d->filter.pass(bytes));
}

void TerminalScreen::resize(int columns, int rows)
{
    rows = std::max(rows, 1);
    columns = std::max(columns, leastColumns);
    if (rows == this->rows() && columns == this->columns())
        return;
    d->resize(columns, rows);
}

void TerminalScreen::reset()
{
    vterm_state_reset(d->state, 1);
    d->answers.clear();
}

int TerminalScreen::columns() const
{
    return d->grid.columns();
}

int TerminalScreen::rows() const
{
    return d->grid.rows();
}

std::uint64_t TerminalScreen::first() const
{
    return d->grid.dropped();
}

std::uint64_t TerminalScreen::screenTop() const
{
    return d->grid.dropped() + d->grid.history().size();
}

TerminalLine TerminalScreen::line(std::uint64_t number) const
{
    if (number < first() || number >= end())
        return {};
    if (number < screenTop())
        return d->grid.history()[static_cast<std::size_t>(number - first())];
    TerminalLine line = d->grid.row(static_cast<int>(number - screenTop()));
    for (TerminalCell &cell : line.cells)
        cell.attributes = static_cast<std::uint8_t>(cell.attributes ^ (d->isReversed ? TerminalReverse : 0));
    return line;
}

TerminalScreen::Cursor TerminalScreen::cursor() const
{
    Cursor cursor = d->cursor;
    cursor.place.line += screenTop();
    return cursor;
}

const std::string &TerminalScreen::title() const
{
    return d->title;
}

bool TerminalScreen::isAlternate() const
{
    return d->grid.isAlternate();
}

TerminalScreen::Mouse TerminalScreen::mouse() const
{
    return d->mouse;
}

bool TerminalScreen::takeBell()
{
    return std::exchange(d->rang, false);
}

std::string TerminalScreen::takeAnswers()
{
    return std::exchange(d->answers, {});
}

void TerminalScreen::type(const QString &text)
{
    d->answers += text.toStdString();
}

bool TerminalScreen::key(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString &text)
{
    const bool isAlt = modifiers.testFlag(Qt::AltModifier);
    const bool isControl = modifiers.testFlag(Qt::ControlModifier);
    VTerm *const term = d->term.get();
    if (const VTermKey special = keyOf(key); special != VTERM_KEY_NONE) {
        vterm_keyboard_key(term, special, modifiersOf(modifiers));
        return true;
    }
    const auto plain = [&](VTermKey which) {
        if (isAlt)
            d->answers += '\x1b';
        vterm_keyboard_key(term, which, VTERM_MOD_NONE);
        return true;
    };
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return plain(VTERM_KEY_ENTER);
    case Qt::Key_Escape:
        return plain(VTERM_KEY_ESCAPE);
    case Qt::Key_Tab:
        return plain(VTERM_KEY_TAB);
    case Qt::Key_Backtab:
        d->answers += "\x1b[Z";
        return true;
    case Qt::Key_Backspace:
        if (!isControl)
            return plain(VTERM_KEY_BACKSPACE);
        d->answers += '\b';
        return true;
    default:
        break;
    }
    const int control = isControl ? controlOf(key) : 0x100;
    if (control < 0x100) {
        if (isAlt)
            d->answers += '\x1b';
        d->answers += static_cast<char>(control);
        return true;
    }
    if (text.isEmpty() || text.front() < u' ' || text.front() == u'\x7f')
        return false;
    if (isAlt && !isControl) // with Ctrl it is AltGr: a letter of the layout
        d->answers += '\x1b';
    type(text);
    return true;
}

std::pair<std::string, std::string> TerminalScreen::pasteBrackets()
{
    const std::string kept = takeAnswers();
    vterm_keyboard_start_paste(d->term.get());
    std::string begin = takeAnswers();
    vterm_keyboard_end_paste(d->term.get());
    std::string end = takeAnswers();
    d->answers = kept;
    return {std::move(begin), std::move(end)};
}

void TerminalScreen::mouseButton(int button, bool pressed, int row, int column, Qt::KeyboardModifiers modifiers)
{
    if (d->mouse == Mouse::Nothing)
        return;
    mouseMove(row, column, modifiers);
    vterm_mouse_button(d->term.get(), button, pressed, modifiersOf(modifiers));
}

void TerminalScreen::mouseMove(int row, int column, Qt::KeyboardModifiers modifiers)
{
    if (d->mouse != Mouse::Nothing)
        vterm_mouse_move(d->term.get(), row, column, modifiersOf(modifiers));
}

} // namespace binnacle::terminal

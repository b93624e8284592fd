// SPDX-License-Identifier: GPL-3.0-or-later
// Word expansions of the shell: Shell & Utilities, 2.6.
#include "simulator/shell/Shell.h"

#include "simulator/Text.h"

#include <cctype>

namespace binnacle::simulator {

namespace {

bool isNameCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Expander
{
public:
    Expander(Shell &shell, bool splits) : m_shell(shell), m_splits(splits) {}

    void add(std::string_view text, bool quoted, bool literal)
    {
        for (std::size_t at = 0; at < text.size();) {
            const char c = text[at];
            const auto end = endOfQuoted(text, at);
            if (c == '\\') {
                const char next = at + 1 < text.size() ? text[at + 1] : '\\';
                const bool escapes = !quoted || next == '$' || next == '"' || next == '\\' || next == '`';
                put(escapes ? std::string(1, next) : std::string{'\\', next}, true);
                at += 2;
            } else if (c == '\'' && !quoted && end != std::string_view::npos) {
                put(text.substr(at + 1, end - at - 2), true);
                at = end;
            } else if (c == '"') {
                if (const auto close = end == std::string_view::npos ? text.size() : end; !quoted) {
                    m_open = true;
                    inQuotes(text.substr(at + 1, close - at - 2));
                    at = close;
                } else {
                    ++at; // quotes of a word inside "${name:+...}"
                }
            } else if (c == '$') {
                at = parameter(text, at, quoted);
            } else {
                put(text.substr(at, 1), quoted || literal);
                ++at;
            }
        }
    }

    std::vector<std::string> fields()
    {
        finish();
        return std::move(m_fields);
    }

private:
    void inQuotes(std::string_view text) { add(text, true, true); }

    /// What stands after a dollar sign; where it ends.
    std::size_t parameter(std::string_view text, std::size_t start, bool quoted)
    {
        const auto end = endOfQuoted(text, start);
        if (end != start && end != std::string_view::npos) {
            const auto inner = text.substr(start + 2, end - start - 3);
            if (text[start + 1] == '(')
                put(m_shell.outputOf(inner), quoted);
            else
                braced(inner, quoted);
            return end;
        }
        std::size_t stop = start + 1;
        while (stop < text.size() && isNameCharacter(text[stop]) && std::isdigit(text[start + 1]) == 0)
            ++stop;
        if (stop == start + 1 && stop < text.size() && (std::isdigit(text[stop]) != 0 || isSpecial(text[stop])))
            ++stop;
        if (stop == start + 1)
            put("$", true);
        else
            value(std::string(text.substr(start + 1, stop - start - 1)), quoted);
        return stop;
    }

    static bool isSpecial(char c) { return std::string_view("?#@*$!-").find(c) != std::string_view::npos; }

    /// The inside of ${...}: NAME, #NAME, or NAME, an operator, a word.
    void braced(std::string_view inner, bool quoted)
    {
        std::size_t stop = inner.size() > 1 && inner[0] == '#' ? 1 : 0;
        const bool length = stop == 1;
        const std::size_t start = stop;
        if (stop < inner.size() && isSpecial(inner[stop]))
            ++stop;
        while (stop < inner.size() && isNameCharacter(inner[stop]))
            ++stop;
        const std::string name(inner.substr(start, stop - start));
        const auto known = valueOf(name);
        if (length) {
            put(std::to_string(known.value_or("").size()), quoted);
            return;
        }
        const bool colon = stop < inner.size() && inner[stop] == ':';
        stop += colon ? 1 : 0;
        const char sign = stop < inner.size() ? inner[stop] : '\0';
        const auto word = stop < inner.size() ? inner.substr(stop + 1) : std::string_view();
        const bool given = known && (!colon || !known->empty());
        if (sign == '+' ? given : (sign == '-' && !given))
            add(word, quoted, false);
        else if (sign != '+')
            value(name, quoted);
    }

    [[nodiscard]] std::optional<std::string> valueOf(const std::string &name) const
    {
        const auto &positional = m_shell.positional();
        if (name.size() == 1 && (isSpecial(name[0]) || name[0] == '0'))
            return m_shell.special(name[0]);
        if (!name.empty() && std::isdigit(name[0]) != 0) {
            const auto number = static_cast<std::size_t>(std::atoi(name.c_str()));
            return number <= positional.size() ? std::optional(positional[number - 1]) : std::nullopt;
        }
        const auto *const variable = m_shell.variable(name);
        return variable == nullptr ? std::nullopt : std::optional(*variable);
    }

    void value(const std::string &name, bool quoted)
    {
        if (name == "@" && quoted) { // each its own field
            const auto &all = m_shell.positional();
            m_open = m_open && !all.empty();
            for (std::size_t index = 0; index < all.size(); ++index) {
                if (index != 0)
                    finish();
                put(all[index], true);
                m_open = true;
            }
            return;
        }
        put(valueOf(name).value_or(""), quoted);
    }

    void put(std::string_view text, bool whole)
    {
        for (const char c : text) {
            if (!whole && m_splits && (c == ' ' || c == '\t' || c == '\n')) {
                finish();
            } else {
                m_field += c;
                m_open = true;
            }
        }
        m_open |= whole && !text.empty();
    }

    void finish()
    {
        if (m_open)
            m_fields.push_back(std::move(m_field));
        m_field.clear();
        m_open = false;
    }

    Shell &m_shell;
    bool m_splits;
    std::vector<std::string> m_fields;
    std::string m_field;
    bool m_open = false; ///< a field has begun, perhaps an empty one
};

} // namespace

std::vector<std::string> expandWord(Shell &shell, std::string_view word)
{
    Expander expander(shell, true);
    expander.add(word, false, true);
    return expander.fields();
}

std::string expandText(Shell &shell, std::string_view word)
{
    Expander expander(shell, false);
    expander.add(word, false, true);
    return join(expander.fields(), " ");
}

} // namespace binnacle::simulator

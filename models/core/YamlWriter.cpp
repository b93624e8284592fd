// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/YamlWriter.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace binnacle::core {

namespace {

constexpr std::string_view hexDigits = "0123456789ABCDEF";

[[nodiscard]] bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

[[nodiscard]] bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The words that YAML 1.1 (yaml.org/type/bool.html, null.html, merge.html, value.html) gives another type than string.
[[nodiscard]] bool isReservedWord(std::string_view text)
{
    static constexpr std::array<std::string_view, 12> words = {"y",    "n",     "yes",  "no",  "on",  "off",
                                                               "true", "false", "null", "nan", "inf", "infinity"};
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(words.begin(), words.end(), lower) != words.end();
}

/// Could be read as a number, a time (sexagesimal in YAML 1.1) or a date. Wider than any reader's rule on purpose.
[[nodiscard]] bool looksNumeric(std::string_view text)
{
    std::size_t first = 0;
    if (text[0] == '+' || text[0] == '-' || text[0] == '.')
        first = 1;
    if (first >= text.size())
        return false;
    if (text[0] == '.' && isReservedWord(text.substr(1)))
        return true;
    if (!isDigit(text[first]) && text[first] != '.')
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x' || c == 'X' || c == 'o' ||
               c == 'O' || c == '_' || c == ':' || c == '.' || c == '+' || c == '-' || c == 'T' || c == 't' ||
               c == 'Z' || c == 'z' || c == ' ';
    });
}

/// NEL, LS, PS and the byte order mark: some readers take them for line breaks or drop them.
[[nodiscard]] bool holdsUnicodeBreak(std::string_view text)
{
    return text.find("\xC2\x85") != std::string_view::npos || text.find("\xE2\x80\xA8") != std::string_view::npos ||
           text.find("\xE2\x80\xA9") != std::string_view::npos || text.find("\xEF\xBB\xBF") != std::string_view::npos;
}

[[nodiscard]] bool holdsControl(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
    });
}

/// A literal block keeps every byte, if nothing in the text needs an escape or an indentation indicator.
[[nodiscard]] bool fitsLiteralBlock(std::string_view text)
{
    if (text.find('\n') == std::string_view::npos || text.find_first_of("\n \t") == 0)
        return false;
    // A last line of blanks alone is content to some readers and nothing to others.
    const std::string_view lastLine = text.substr(text.find_last_of('\n') + 1);
    if (!lastLine.empty() && lastLine.find_first_not_of(" \t") == std::string_view::npos)
        return false;
    return !holdsControl(text) && !holdsUnicodeBreak(text);
}

[[nodiscard]] std::string singleQuoted(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
}

[[nodiscard]] std::string doubleQuoted(std::string_view text)
{
    std::string quoted = "\"";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto byte = static_cast<unsigned char>(c);
        const std::string_view rest = text.substr(at);
        if (c == '"' || c == '\\')
            quoted += std::string("\\") + c;
        else if (c == '\n')
            quoted += "\\n";
        else if (c == '\t')
            quoted += "\\t";
        else if (c == '\r')
            quoted += "\\r";
        else if (byte < 0x20 || byte == 0x7F)
            quoted += std::string("\\x") + hexDigits[byte >> 4] + hexDigits[byte & 15];
        else if (rest.substr(0, 2) == "\xC2\x85")
            quoted += "\\N", at += 1;
        else if (rest.substr(0, 3) == "\xE2\x80\xA8")
            quoted += "\\L", at += 2;
        else if (rest.substr(0, 3) == "\xE2\x80\xA9")
            quoted += "\\P", at += 2;
        else if (rest.substr(0, 3) == "\xEF\xBB\xBF")
            quoted += "\\uFEFF", at += 2;
        else
            quoted += c;
    }
    return quoted + "\"";
}

/// On one line, quoted where needed: keys and short texts.
[[nodiscard]] std::string flowScalar(std::string_view text)
{
    if (isPlainYamlText(text))
        return std::string(text);
    const bool needsEscapes =
        text.find_first_of("\n\t") != std::string_view::npos || holdsControl(text) || holdsUnicodeBreak(text);
    return needsEscapes ? doubleQuoted(text) : singleQuoted(text);
}

class Writer
{
public:
    [[nodiscard]] std::string take() { return std::move(m_text); }

    /// Writes what follows "key:" or "-", up to and with the line break. `indent` is the column of nested lines.
    void value(const Json &value, int indent, bool afterDash)
    {
        if (value.is_object() && !value.empty())
            mapping(value, indent, afterDash);
        else if (value.is_array() && !value.empty())
            // A list under a key needs no more indentation than the key: the dash is enough.
            sequence(value, afterDash || indent == 0 ? indent : indent - 2, afterDash);
        else
            m_text += (m_text.empty() || m_text.back() == '\n' ? "" : " ") + scalar(value, indent) + "\n";
    }

private:
    void startNested(bool inlineFirst, bool &first, int indent)
    {
        if (first && inlineFirst) {
            m_text += " ";
        } else {
            if (first && !m_text.empty() && m_text.back() != '\n')
                m_text += "\n";
            m_text.append(static_cast<std::size_t>(indent), ' ');
        }
        first = false;
    }

    void mapping(const Json &object, int indent, bool afterDash)
    {
        bool first = true;
        for (const auto &[key, member] : object.items()) {
            startNested(afterDash, first, indent);
            m_text += flowScalar(key) + ":";
            value(member, indent + 2, false);
        }
    }

    void sequence(const Json &array, int indent, bool afterDash)
    {
        bool first = true;
        for (const Json &member : array) {
            startNested(afterDash, first, indent);
            m_text += "-";
            value(member, indent + 2, true);
        }
    }

    [[nodiscard]] static std::string scalar(const Json &value, int indent)
    {
        if (value.is_string()) {
            const auto &text = value.get_ref<const std::string &>();
            return fitsLiteralBlock(text) ? literalBlock(text, indent) : flowScalar(text);
        }
        if (value.is_number_float()) {
            // PyYAML takes "1e+20" for text; "1.0e+20" is a number for all.
            std::string text = value.dump();
            const auto exponent = text.find('e');
            if (exponent != std::string::npos && text.find('.') == std::string::npos)
                text.insert(exponent, ".0");
            return text;
        }
        return value.dump();
    }

    [[nodiscard]] static std::string literalBlock(const std::string &text, int indent)
    {
        const bool endsWithBreak = text.back() == '\n';
        const bool endsWithSeveral = endsWithBreak && text.size() > 1 && text[text.size() - 2] == '\n';
        std::string block = endsWithSeveral ? "|+" : endsWithBreak ? "|" : "|-";
        const std::string padding(static_cast<std::size_t>(std::max(indent, 2)), ' ');
        const std::string_view body(text.data(), endsWithBreak ? text.size() - 1 : text.size());
        std::size_t start = 0;
        while (start <= body.size()) {
            const auto end = std::min(body.find('\n', start), body.size());
            const std::string_view line = body.substr(start, end - start);
            block += "\n" + (line.empty() ? std::string() : padding + std::string(line));
            start = end + 1;
        }
        return block;
    }

    std::string m_text;
};

} // namespace

bool isPlainYamlText(std::string_view text)
{
    if (text.empty() || isReservedWord(text) || looksNumeric(text))
        return false;
    const char first = text.front();
    const bool isOption = first == '-' && isLetter(text[std::min(text.find_first_not_of('-'), text.size() - 1)]);
    if (!isLetter(first) && !isDigit(first) && first != '/' && first != '_' && first != '.' && !isOption)
        return false;
    const char last = text.back();
    if (last == ' ' || last == ':')
        return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (isLetter(c) || isDigit(c) || std::string_view("_./+-=@%$()*;<>^~,").find(c) != std::string_view::npos)
            continue;
        const char after = at + 1 < text.size() ? text[at + 1] : '\0';
        if ((c == ':' && after != ' ') || (c == ' ' && after != '#' && after != ' '))
            continue;
        return false;
    }
    return true;
}

std::string toYaml(const Json &value)
{
    Writer writer;
    writer.value(value, 0, false);
    return writer.take();
}

std::string toYamlStream(const Json &array)
{
    std::string stream;
    for (const Json &object : array)
        stream += (stream.empty() ? "" : "---\n") + toYaml(object);
    return stream;
}

} // namespace binnacle::core

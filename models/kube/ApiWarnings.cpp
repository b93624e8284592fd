// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ApiWarnings.h"

#include <string_view>

namespace binnacle::kube {

namespace {

void skip(std::string_view &text, std::string_view characters)
{
    const auto end = text.find_first_not_of(characters);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
}

std::string_view word(std::string_view &text)
{
    const auto end = text.find(' ');
    const auto found = text.substr(0, end);
    text.remove_prefix(found.size());
    skip(text, " ");
    return found;
}

/// A quoted-string at the beginning of `text`; empty when there is none or it has no end.
std::string quotedString(std::string_view &text)
{
    std::string value;
    if (text.empty() || text.front() != '"')
        return value;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') {
            text.remove_prefix(at + 1);
            return value;
        }
        if (text[at] == '\\' && at + 1 < text.size())
            ++at;
        value += text[at];
    }
    text = {};
    return {};
}

} // namespace

std::vector<std::string> apiWarnings(const std::vector<std::pair<std::string, std::string>> &headers)
{
    std::vector<std::string> warnings;
    for (const auto &[name, value] : headers) {
        if (name != "warning")
            continue;
        // One field may hold several: 299 agent "text" "date", 299 agent "text"
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto code = word(rest);
            (void)word(rest); // who warns: "-" in practice
            auto text = quotedString(rest);
            if (code == "299" && !text.empty())
                warnings.push_back(std::move(text));
            skip(rest, " ");
            (void)quotedString(rest); // the date
            const auto comma = rest.find(',');
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
            skip(rest, " ");
        }
    }
    return warnings;
}

} // namespace binnacle::kube

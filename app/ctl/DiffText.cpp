// SPDX-License-Identifier: GPL-3.0-or-later
#include "DiffText.h"

#include <algorithm>

namespace binnacle::ctl {

namespace {

[[nodiscard]] std::string colouredDiff(const Console &console, const std::string &diff)
{
    std::string text;
    std::size_t start = 0;
    while (start < diff.size()) {
        const auto end = std::min(diff.find('\n', start), diff.size());
        const std::string line = diff.substr(start, end - start);
        const Colour colour = line.starts_with('+')   ? Colour::Green
                              : line.starts_with('-') ? Colour::Red
                              : line.starts_with('@') ? Colour::Dim
                                                      : Colour::None;
        text += console.coloured(line, colour) + "\n";
        start = end + 1;
    }
    return text;
}

} // namespace

std::string describeDiffs(const Console &console, const std::vector<operations::ObjectDiff> &diffs)
{
    std::string text;
    for (const auto &diff : diffs) {
        if (diff.action == "none")
            continue;
        text += console.coloured(diff.action + " " + diff.object.describe(), Colour::Bold) + "\n";
        if (!diff.note.empty())
            text += "  " + console.coloured(diff.note, Colour::Dim) + "\n";
        if (diff.action == "change")
            text += colouredDiff(console, diff.diff);
    }
    return text;
}

std::string summaryOf(const std::vector<operations::ObjectDiff> &diffs)
{
    const auto count = [&](std::string_view action) {
        return std::to_string(
            std::count_if(diffs.begin(), diffs.end(), [&](const auto &diff) { return diff.action == action; }));
    };
    std::string text =
        count("create") + " to create, " + count("change") + " to change, " + count("none") + " unchanged";
    if (const auto deletions = count("delete"); deletions != "0")
        text += ", " + deletions + " to delete";
    return text;
}

} // namespace binnacle::ctl

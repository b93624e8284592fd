// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/AnsiText.h"
#include "logs/LogRows.h"

#include <QList>
#include <QTextLayout>

namespace binnacle::widgets {

/// How the parts of a line look: its level's colour, what its own escapes ask for, and what the search has found.
/// `text` is ansi.text.
[[nodiscard]] QList<QTextLayout::FormatRange> logFormats(const logs::AnsiText &ansi, const QString &text,
                                                         logs::LogLevel level, const logs::LogFilter &filter);

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QString>

/// What an action says of itself beside its text. Kept as properties, so that screens need no registry to show it.
namespace binnacle::widgets {

inline constexpr const char *descriptionProperty = "description";
inline constexpr const char *whyProperty = "why";

/// What it does.
[[nodiscard]] inline QString descriptionOf(const QAction &action)
{
    return action.property(descriptionProperty).toString();
}

/// Why it is disabled; of an enabled one, a reservation. Often empty.
[[nodiscard]] inline QString whyOf(const QAction &action)
{
    return action.property(whyProperty).toString();
}

[[nodiscard]] inline QString keysOf(const QAction &action)
{
    return action.shortcut().toString(QKeySequence::NativeText);
}

} // namespace binnacle::widgets

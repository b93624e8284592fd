// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"

#include <QColor>
#include <QString>

class QApplication;

namespace binnacle::widgets {

enum class ThemeMode { System, Light, Dark, HighContrast };

/// Every colour the program draws with. A widget that paints itself asks Theme::colors() in paintEvent, so that a
/// change of theme needs no more than a repaint.
struct Colors
{
    bool dark = false;
    bool highContrast = false;
    QColor canvas; ///< behind everything
    QColor panel;  ///< a namespace, a side bar
    QColor card;   ///< what lies on a panel
    QColor border; ///< hairlines
    QColor text;
    QColor muted;    ///< secondary text; still 4.5:1 on card and panel
    QColor accent;   ///< selection, focus, the primary button
    QColor onAccent; ///< text on accent
    QColor flow;     ///< lines of the picture
    QColor shadow;
    QColor good, busy, bad, paused, absent, unsure; ///< the six states, in the order of Theme::state()
    QColor warning;                                 ///< gauges from 80 %

    [[nodiscard]] QColor state(cluster::HealthState state) const;
    /// A quiet surface in a state's colour, for chips and banners.
    [[nodiscard]] QColor tint(const QColor &color, double strength = 0.12) const;
};

class Theme
{
public:
    /// Sets style, palette and style sheet of the whole program.
    static void apply(QApplication &application, ThemeMode mode);
    /// Never System: what it has come to.
    [[nodiscard]] static ThemeMode mode();
    /// What the operator chose: System follows the desktop.
    [[nodiscard]] static ThemeMode chosen();
    [[nodiscard]] static const Colors &colors();
    /// The desktop asks for this now.
    static void setSystemMode(QApplication &application, ThemeMode mode);
    /// What the system's own palette looks like.
    [[nodiscard]] static ThemeMode paletteMode();
    /// What System comes to now.
    [[nodiscard]] static ThemeMode systemMode();
    /// Looks at the system's palette anew, behind the one that apply() has set.
    static void readPalette(QApplication &application);
    [[nodiscard]] static ThemeMode fromName(const QString &name);
    [[nodiscard]] static QString name(ThemeMode mode);
};

/// The mode's words, translated.
[[nodiscard]] QString themeWord(ThemeMode mode);
/// The state's word, translated: colour and icon never stand alone.
[[nodiscard]] QString stateWord(cluster::HealthState state);

} // namespace binnacle::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QCoreApplication>
#include <QFile>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleHints>

#include <optional>

/// A linker takes a static library's resources only when they are asked for; the macro must stand outside namespaces.
static void loadResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

Colors lightColors()
{
    Colors c;
    c.canvas = QColor(0xf7f8fa);
    c.panel = QColor(0xeff1f5);
    c.card = QColor(0xffffff);
    c.border = QColor(0xdce0e7);
    c.text = QColor(0x1a2230);
    c.muted = QColor(0x5d6778);
    c.accent = QColor(0x4f53cf);
    c.onAccent = QColor(0xffffff);
    c.flow = QColor(0x9aa5b6);
    c.shadow = QColor(20, 30, 55, 22);
    c.good = QColor(0x12804f);
    c.busy = QColor(0x1a6fc4);
    c.bad = QColor(0xcf2a35);
    c.paused = QColor(0x7a52c4);
    c.absent = QColor(0xae500b);
    c.unsure = QColor(0x667184);
    c.warning = QColor(0xc77d0a);
    return c;
}

Colors darkColors()
{
    Colors c;
    c.dark = true;
    c.canvas = QColor(0x0f1217);
    c.panel = QColor(0x161a21);
    c.card = QColor(0x1e232c);
    c.border = QColor(0x2d3440);
    c.text = QColor(0xe7eaf0);
    c.muted = QColor(0x9ca6b6);
    c.accent = QColor(0x8d90f7);
    c.onAccent = QColor(0x11131f);
    c.flow = QColor(0x5a6576);
    c.shadow = QColor(0, 0, 0, 70);
    c.good = QColor(0x43c98b);
    c.busy = QColor(0x5fabf7);
    c.bad = QColor(0xf4707a);
    c.paused = QColor(0xb394f4);
    c.absent = QColor(0xf0a055);
    c.unsure = QColor(0x98a2b3);
    c.warning = QColor(0xe9b04a);
    return c;
}

Colors contrastColors()
{
    Colors c;
    c.dark = true;
    c.highContrast = true;
    c.canvas = Qt::black;
    c.panel = Qt::black;
    c.card = Qt::black;
    c.border = Qt::white;
    c.text = Qt::white;
    c.muted = QColor(0xe0e0e0);
    c.accent = QColor(0xffe14d);
    c.onAccent = Qt::black;
    c.flow = Qt::white;
    c.shadow = Qt::transparent;
    c.good = QColor(0x4dff9e);
    c.busy = QColor(0x6fc3ff);
    c.bad = QColor(0xff7b84);
    c.paused = QColor(0xd0b3ff);
    c.absent = QColor(0xffb45e);
    c.unsure = QColor(0xdddddd);
    c.warning = QColor(0xffd24d);
    return c;
}

struct Current
{
    ThemeMode mode = ThemeMode::Light;
    ThemeMode chosen = ThemeMode::System;
    std::optional<ThemeMode> palette; ///< of the system
    std::optional<ThemeMode> system;  ///< as the desktop says
    Colors colors = lightColors();
};

Current &current()
{
    static Current value;
    return value;
}

QPalette paletteOf(const Colors &c)
{
    QPalette p;
    p.setColor(QPalette::Window, c.canvas);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.card);
    p.setColor(QPalette::AlternateBase, c.panel);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, c.card);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::ToolTipBase, c.card);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.onAccent);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::Mid, c.border);
    p.setColor(QPalette::Light, c.card);
    p.setColor(QPalette::Dark, c.border);
    p.setColor(QPalette::Shadow, c.border);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, c.tint(c.muted, 0.7));
    return p;
}

/// Fills @name@ in the style sheet. Longest names first is not needed: both ends are marked.
QString styleSheetOf(const Colors &c)
{
    QFile file(u":/theme/binnacle.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<QString, QColor> values[] = {
        {u"canvas"_s, c.canvas},
        {u"panel"_s, c.panel},
        {u"card"_s, c.card},
        {u"border"_s, c.border},
        {u"text"_s, c.text},
        {u"muted"_s, c.muted},
        {u"accent"_s, c.accent},
        {u"onAccent"_s, c.onAccent},
        {u"accentTint"_s, c.tint(c.accent, c.highContrast ? 0.35 : 0.13)},
        {u"hover"_s, c.tint(c.text, c.highContrast ? 0.25 : 0.06)},
        {u"bad"_s, c.bad},
        {u"badTint"_s, c.tint(c.bad)},
        {u"warning"_s, c.warning},
        {u"warningTint"_s, c.tint(c.warning)},
        {u"good"_s, c.good},
        {u"busy"_s, c.busy},
        {u"disabled"_s, c.tint(c.muted, 0.65)},
    };
    for (const auto &[name, color] : values)
        sheet.replace(u'@' + name + u'@', color.name());
    sheet.replace(u"@on@"_s, c.dark ? u"on-dark"_s : u"on-light"_s);
    return sheet;
}

/// Qt 6.4 has no colour-scheme hint (QStyleHints::colorScheme came with 6.5); the desktop's palette tells it.
ThemeMode modeOf(const QPalette &palette)
{
    const QColor window = palette.color(QPalette::Window);
    const QColor text = palette.color(QPalette::WindowText);
    if (window == QColor(Qt::black) && text == QColor(Qt::white))
        return ThemeMode::HighContrast;
    return window.lightness() < text.lightness() ? ThemeMode::Dark : ThemeMode::Light;
}

QColor mix(const QColor &over, const QColor &under, double strength)
{
    const auto channel = [strength](float a, float b) { return b + (a - b) * static_cast<float>(strength); };
    return QColor::fromRgbF(channel(over.redF(), under.redF()), channel(over.greenF(), under.greenF()),
                            channel(over.blueF(), under.blueF()));
}

} // namespace

QColor Colors::state(cluster::HealthState state) const
{
    switch (state) {
    case cluster::HealthState::Healthy:
        return good;
    case cluster::HealthState::Progressing:
        return busy;
    case cluster::HealthState::Degraded:
        return bad;
    case cluster::HealthState::Suspended:
        return paused;
    case cluster::HealthState::Missing:
        return absent;
    case cluster::HealthState::Unknown:
        break;
    }
    return unsure;
}

QColor Colors::tint(const QColor &color, double strength) const
{
    return mix(color, card, strength);
}

void Theme::apply(QApplication &application, ThemeMode mode)
{
    loadResources();
    current().chosen = mode;
    if (!current().palette)
        current().palette = modeOf(QGuiApplication::palette());
    if (mode == ThemeMode::System)
        mode = systemMode();
    current().mode = mode;
    current().colors = mode == ThemeMode::Dark           ? darkColors()
                       : mode == ThemeMode::HighContrast ? contrastColors()
                                                         : lightColors();
    if (application.style()->name() != u"fusion"_s && application.style()->name() != u"Fusion"_s)
        application.setStyle(QStyleFactory::create(u"Fusion"_s));
    application.setPalette(paletteOf(current().colors));
    application.setStyleSheet(styleSheetOf(current().colors));
}

ThemeMode Theme::mode()
{
    return current().mode;
}

const Colors &Theme::colors()
{
    return current().colors;
}

ThemeMode Theme::chosen()
{
    return current().chosen;
}

void Theme::setSystemMode(QApplication &application, ThemeMode mode)
{
    current().system = mode;
    if (current().chosen == ThemeMode::System && current().mode != mode)
        apply(application, ThemeMode::System);
}

ThemeMode Theme::paletteMode()
{
    return current().palette.value_or(ThemeMode::Light);
}

ThemeMode Theme::systemMode()
{
    return current().system.value_or(paletteMode());
}

void Theme::readPalette(QApplication &application)
{
    // A default-made palette gives way to the system's.
    QApplication::setPalette(QPalette());
    current().palette = modeOf(QGuiApplication::palette());
    application.setPalette(paletteOf(current().colors));
}

ThemeMode Theme::fromName(const QString &name)
{
    if (name == u"light"_s)
        return ThemeMode::Light;
    if (name == u"dark"_s)
        return ThemeMode::Dark;
    if (name == u"contrast"_s)
        return ThemeMode::HighContrast;
    return ThemeMode::System;
}

QString Theme::name(ThemeMode mode)
{
    switch (mode) {
    case ThemeMode::Light:
        return u"light"_s;
    case ThemeMode::Dark:
        return u"dark"_s;
    case ThemeMode::HighContrast:
        return u"contrast"_s;
    case ThemeMode::System:
        break;
    }
    return u"system"_s;
}

QString themeWord(ThemeMode mode)
{
    switch (mode) {
    case ThemeMode::Light:
        return QCoreApplication::translate("Theme", "light");
    case ThemeMode::Dark:
        return QCoreApplication::translate("Theme", "dark");
    case ThemeMode::HighContrast:
        return QCoreApplication::translate("Theme", "high contrast");
    case ThemeMode::System:
        break;
    }
    return QCoreApplication::translate("Theme", "as the system has them");
}

QString stateWord(cluster::HealthState state)
{
    switch (state) {
    case cluster::HealthState::Healthy:
        return QCoreApplication::translate("HealthState", "Healthy");
    case cluster::HealthState::Progressing:
        return QCoreApplication::translate("HealthState", "Progressing");
    case cluster::HealthState::Degraded:
        return QCoreApplication::translate("HealthState", "Degraded");
    case cluster::HealthState::Suspended:
        return QCoreApplication::translate("HealthState", "Suspended");
    case cluster::HealthState::Missing:
        return QCoreApplication::translate("HealthState", "Missing");
    case cluster::HealthState::Unknown:
        break;
    }
    return QCoreApplication::translate("HealthState", "Unknown");
}

} // namespace binnacle::widgets

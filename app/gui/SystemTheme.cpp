// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/SystemTheme.h"

#include <QApplication>
#include <QEvent>
#include <QWidget>

#ifdef BINNACLE_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#endif

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::Theme;
using widgets::ThemeMode;

namespace {

// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
constexpr auto appearance = "org.freedesktop.appearance";
#ifdef BINNACLE_DBUS
constexpr auto service = "org.freedesktop.portal.Desktop";
constexpr auto path = "/org/freedesktop/portal/desktop";
constexpr auto interface = "org.freedesktop.portal.Settings";
#endif

} // namespace

SystemTheme::SystemTheme(QObject *parent) : QObject(parent)
{
    qApp->installEventFilter(this);
#ifdef BINNACLE_DBUS
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    // A slot is not found by its signature as long as a type in it has no name, and Qt names this one late.
    qRegisterMetaType<QDBusVariant>("QDBusVariant");
    bus.connect(QLatin1String(service), QLatin1String(path), QLatin1String(interface), u"SettingChanged"_s, this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    askPortal(u"color-scheme"_s);
    askPortal(u"contrast"_s);
#endif
}

ThemeMode SystemTheme::modeOf(uint colorScheme, uint contrast, ThemeMode otherwise)
{
    if (contrast == 1)
        return ThemeMode::HighContrast;
    return colorScheme == 1 ? ThemeMode::Dark : colorScheme == 2 ? ThemeMode::Light : otherwise;
}

void SystemTheme::askPortal(const QString &key)
{
#ifdef BINNACLE_DBUS
    QDBusMessage question = QDBusMessage::createMethodCall(QLatin1String(service), QLatin1String(path),
                                                           QLatin1String(interface), u"Read"_s);
    question << QString::fromLatin1(appearance) << key;
    auto *watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, key, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid())
            take(key, reply.value().variant());
    });
#else
    Q_UNUSED(key)
#endif
}

void SystemTheme::settingChanged(const QString &group, const QString &key, const QDBusVariant &value)
{
#ifdef BINNACLE_DBUS
    if (group == QLatin1String(appearance))
        take(key, value.variant());
#else
    Q_UNUSED(group)
    Q_UNUSED(key)
    Q_UNUSED(value)
#endif
}

void SystemTheme::take(const QString &key, const QVariant &value)
{
    QVariant plain = value;
#ifdef BINNACLE_DBUS
    // Read answers with a variant in a variant.
    if (plain.canConvert<QDBusVariant>())
        plain = plain.value<QDBusVariant>().variant();
#endif
    if (key == u"color-scheme"_s)
        m_colorScheme = plain.toUInt();
    else if (key == u"contrast"_s)
        m_contrast = plain.toUInt();
    else
        return;
    tell();
}

void SystemTheme::tell()
{
    Theme::setSystemMode(*qApp, modeOf(m_colorScheme, m_contrast, Theme::paletteMode()));
}

bool SystemTheme::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ThemeChange && watched->isWidgetType() &&
        static_cast<QWidget *>(watched)->isWindow()) {
        Theme::readPalette(*qApp);
        tell();
    }
    return QObject::eventFilter(watched, event);
}

} // namespace binnacle::gui

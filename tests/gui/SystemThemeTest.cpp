// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/SystemTheme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QTest>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using widgets::Theme;
using widgets::ThemeMode;

/// The desktop's portal, as far as it tells the appearance.
class Portal : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public:
    /// Of its own, as another process has.
    static QDBusConnection connection()
    {
        return QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"portal"_s);
    }

    void set(const QString &key, uint value)
    {
        m_values[key] = value;
        QDBusMessage signal = QDBusMessage::createSignal(u"/org/freedesktop/portal/desktop"_s,
                                                         u"org.freedesktop.portal.Settings"_s, u"SettingChanged"_s);
        signal << u"org.freedesktop.appearance"_s << key << QVariant::fromValue(QDBusVariant(value));
        connection().send(signal);
    }

public slots:
    QDBusVariant Read(const QString &, const QString &key)
    {
        return QDBusVariant(QVariant::fromValue(QDBusVariant(m_values.value(key))));
    }

private:
    QMap<QString, uint> m_values{{u"color-scheme"_s, 1}};
};

class SystemThemeTest : public QObject
{
    Q_OBJECT

private slots:
    void whatTheValuesMean();
    void followsThePortal();
};

void SystemThemeTest::whatTheValuesMean()
{
    using gui::SystemTheme;
    QCOMPARE(SystemTheme::modeOf(0, 0, ThemeMode::Light), ThemeMode::Light);
    QCOMPARE(SystemTheme::modeOf(0, 0, ThemeMode::Dark), ThemeMode::Dark);
    QCOMPARE(SystemTheme::modeOf(1, 0, ThemeMode::Light), ThemeMode::Dark);
    QCOMPARE(SystemTheme::modeOf(2, 0, ThemeMode::Dark), ThemeMode::Light);
    QCOMPARE(SystemTheme::modeOf(1, 1, ThemeMode::Light), ThemeMode::HighContrast);
}

void SystemThemeTest::followsThePortal()
{
    QDBusConnection bus = Portal::connection();
    if (!bus.isConnected())
        QSKIP("there is no session bus");
    Portal portal;
    QVERIFY(bus.registerObject(u"/org/freedesktop/portal/desktop"_s, &portal, QDBusConnection::ExportAllSlots));
    if (!bus.registerService(u"org.freedesktop.portal.Desktop"_s))
        QSKIP("a desktop's own portal is running");
    Theme::apply(*qApp, ThemeMode::System);
    const gui::SystemTheme theme;
    QTRY_COMPARE(Theme::mode(), ThemeMode::Dark); // as it is when the program starts
    portal.set(u"color-scheme"_s, 2);
    QTRY_COMPARE(Theme::mode(), ThemeMode::Light);
    portal.set(u"contrast"_s, 1);
    QTRY_COMPARE(Theme::mode(), ThemeMode::HighContrast);
    portal.set(u"contrast"_s, 0);
    QTRY_COMPARE(Theme::mode(), ThemeMode::Light);
    // Who has chosen keeps the choice.
    Theme::apply(*qApp, ThemeMode::Light);
    portal.set(u"color-scheme"_s, 1);
    QTest::qWait(200);
    QCOMPARE(Theme::mode(), ThemeMode::Light);
    Theme::apply(*qApp, ThemeMode::System);
    QCOMPARE(Theme::mode(), ThemeMode::Dark);
}

QTEST_MAIN(SystemThemeTest)
#include "SystemThemeTest.moc"

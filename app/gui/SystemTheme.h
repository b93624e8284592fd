// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme/Theme.h"

#include <QObject>
#include <QVariant>

#ifdef BINNACLE_DBUS
#include <QDBusVariant> // whole: a slot of an unknown type is not connected
#else
class QDBusVariant;
#endif

namespace binnacle::gui {

/// Follows the desktop's choice of light, dark and high contrast while the program runs. On Linux the desktop portal
/// tells (org.freedesktop.appearance; Qt 6.4 does not ask it), elsewhere and besides the system's palette.
class SystemTheme : public QObject
{
    Q_OBJECT

public:
    explicit SystemTheme(QObject *parent = nullptr);

    /// What the portal's values mean: color-scheme 1 dark, 2 light, 0 no preference; contrast 1 high.
    [[nodiscard]] static widgets::ThemeMode modeOf(uint colorScheme, uint contrast, widgets::ThemeMode otherwise);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private slots:
    void settingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void askPortal(const QString &key);
    void take(const QString &key, const QVariant &value);
    void tell();

    uint m_colorScheme = 0;
    uint m_contrast = 0;
};

} // namespace binnacle::gui

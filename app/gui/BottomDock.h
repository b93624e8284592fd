// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTabWidget>

namespace binnacle::gui {

/// What goes on below the screens, one tab each: logs of a pod, of a component, of the whole picture, terminals. Hidden
/// while there is none.
class BottomDock : public QTabWidget
{
    Q_OBJECT

public:
    explicit BottomDock(QWidget *parent = nullptr);

    /// Shows the page in a tab of its own and gives it the keys. `key` says what it is about: a second page of the same
    /// replaces the first. Takes ownership.
    void open(QWidget *page, const QIcon &icon, const QString &title, const QString &key);
    void closePage(int index);
    void closeAll();
    [[nodiscard]] int find(const QString &key) const;

signals:
    /// The last page has gone.
    void emptied();
};

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QObject>

#include <functional>
#include <vector>

namespace binnacle::gui {

/// Every action of the program, defined once: menus, palette, shortcuts and the help screen all read from here.
class ActionRegistry : public QObject
{
    Q_OBJECT

public:
    struct Definition
    {
        QString id;
        QString group; ///< heading in the help
        QString text;
        QList<QKeySequence> shortcuts;
        QString icon;
    };

    /// The actions work wherever the focus is inside `window`.
    explicit ActionRegistry(QWidget &window);

    QAction &add(const Definition &definition, std::function<void()> run);
    [[nodiscard]] QAction *find(const QString &id) const;
    [[nodiscard]] const std::vector<QAction *> &actions() const { return m_actions; }
    /// The disabled say why in their tool tip.
    void setEnabled(const QString &id, bool enabled, const QString &why = {});
    /// Keys and what they do, as a table for the help screen.
    [[nodiscard]] QString helpText() const;

private:
    QWidget &m_window;
    std::vector<QAction *> m_actions;
};

} // namespace binnacle::gui

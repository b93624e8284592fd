// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QObject>

#include <functional>
#include <vector>

namespace binnacle::gui {

/// Every action of the program, defined once: menus, palette, buttons, shortcuts and the help screen all read from
/// here.
class ActionRegistry : public QObject
{
    Q_OBJECT

public:
    /// Where an action's keys work. Views: only in the widgets given to listen(), for keys that mean something else
    /// elsewhere (Enter).
    enum class Keys { Window, Views };

    struct Definition
    {
        QString id;
        QString group; ///< heading in the help
        QString text;
        QList<QKeySequence> shortcuts;
        QString icon;
        QString description; ///< a sentence for status tip, screen reader and the drawer; empty: the text says it all
        Keys keys = Keys::Window;
    };

    /// Whether an action can be done now. `why` is the reason against it, or, of an enabled one, a reservation.
    struct State
    {
        bool enabled = true;
        QString why;
        bool applies = true; ///< false: makes no sense for what is selected, so it is not shown at all
    };

    explicit ActionRegistry(QWidget &window);

    QAction &add(const Definition &definition, std::function<void()> run);
    [[nodiscard]] QAction *find(const QString &id) const;
    [[nodiscard]] const std::vector<QAction *> &actions() const { return m_actions; }
    /// Tool tip, status tip and what screen readers say follow the state.
    void setState(const QString &id, const State &state);
    /// Makes the keys of Keys::Views work in this widget.
    void listen(QWidget &view);
    /// Keys and what they do, as a table for the help screen.
    [[nodiscard]] QString helpText() const;

private:
    QWidget &m_window;
    std::vector<QAction *> m_actions;
    std::vector<QAction *> m_viewActions;
};

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/terminal/TerminalPage.h"

#include <QObject>
#include <QPointer>

#include <optional>

namespace binnacle::gui {

class ActionRegistry;
class BottomDock;
class ClusterSession;
class ObjectActions;

/// Opens terminals in the dock: a shell in a pod of what is selected.
class TerminalActions : public QObject
{
    Q_OBJECT

public:
    TerminalActions(ObjectActions &objects, BottomDock &dock, QObject *parent = nullptr);

signals:
    /// The keys go back to the screen.
    void leaveWanted();

private:
    void openShell();
    void open(const widgets::TerminalPage::Target &target, const QStringList &containers);

    ObjectActions &m_objects;
    BottomDock &m_dock;
    QPointer<ClusterSession> m_session;
    int m_opened = 0;
};

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
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
    /// `random` outlives it.
    TerminalActions(ObjectActions &objects, BottomDock &dock, core::Random &random, QObject *parent = nullptr);

signals:
    /// The keys go back to the screen.
    void leaveWanted();

private:
    void openShell();
    void copyFiles(const widgets::TerminalPage &page);
    void open(const widgets::TerminalPage::Target &target, const QStringList &containers);

    ObjectActions &m_objects;
    BottomDock &m_dock;
    core::Random &m_random;
    QPointer<ClusterSession> m_session;
    int m_opened = 0;
};

} // namespace binnacle::gui

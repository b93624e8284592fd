// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogSession.h"

#include <QObject>
#include <QPointer>

namespace binnacle::gui {

class ActionRegistry;
class BottomDock;
class ClusterSession;
class ObjectActions;

/// Opens logs in the dock: of what is selected, and of the whole picture.
class LogActions : public QObject
{
    Q_OBJECT

public:
    LogActions(ActionRegistry &registry, ObjectActions &objects, BottomDock &dock, const core::Clock &clock,
               QObject *parent = nullptr);

private:
    /// The pages of the old session read its store: they go before it does.
    void attach(ClusterSession *session);
    void showSubject();
    void showPicture();
    void open(logs::PodFinder pods, const QString &title, const QString &key);
    void refresh();

    ActionRegistry &m_registry;
    ObjectActions &m_objects;
    BottomDock &m_dock;
    const core::Clock &m_clock;
    QPointer<ClusterSession> m_session;
};

} // namespace binnacle::gui

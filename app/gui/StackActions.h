// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/ActionRegistry.h"
#include "widgets/deploy/DeployView.h"

#include <QPointer>

namespace binnacle::gui {

class ClusterSession;

/// Plan, deploy, stop, resume, roll back, uninstall: possible where the deploy screen's state and the cluster's
/// permissions both allow it.
class StackActions : public QObject
{
    Q_OBJECT

public:
    explicit StackActions(ActionRegistry &registry, QObject *parent = nullptr);

    /// Until the view or the session is gone.
    void attach(widgets::DeployView &view, ClusterSession &session);

signals:
    /// Before an action that asks something on the deploy screen.
    void screenWanted();

private:
    using Command = widgets::DeployView::Command;

    void add(Command command, const QString &id, const QString &text, const QString &icon, const QString &description);
    void refresh();

    ActionRegistry &m_registry;
    std::vector<std::pair<Command, QString>> m_ids;
    QPointer<widgets::DeployView> m_view;
    QPointer<ClusterSession> m_session;
};

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"
#include "gui/forms/FormHost.h"
#include "runbook/Journal.h"

#include <QPointer>

#include <optional>
#include <set>

namespace binnacle::gui {

class ClusterSession;

/// What can be done with the selected objects, whichever screen they were selected on. One place decides whether an
/// action makes sense for them, whether the user may, and what is said about it.
class ObjectActions : public QObject
{
    Q_OBJECT

public:
    using Environment = FormHost::Environment;

    ObjectActions(ActionRegistry &registry, Environment environment, QObject *parent = nullptr);
    ~ObjectActions() override;

    /// nullptr: no cluster. What is still running for the old one is given up.
    void attach(ClusterSession *session);
    void setSubject(std::vector<kube::ObjectKey> objects);
    /// What is selected in the journal; nothing: the journal is not open, or is empty.
    void setRunbook(std::optional<runbook::RunbookSummary> runbook);
    [[nodiscard]] const std::vector<kube::ObjectKey> &subject() const { return m_subject; }
    /// In words: "Deployment app-backend/backend", "3 objects".
    [[nodiscard]] QString subjectText() const;
    /// In the order in which drawer and context menus show them.
    [[nodiscard]] const QList<QAction *> &actions() const { return m_actions; }
    /// Kinds that have a table of their own.
    void setTableKinds(std::set<core::GroupKind> kinds);
    /// Again, because the cluster has changed.
    void refresh();

signals:
    /// @{ What the window does.
    void detailsWanted();
    void yamlWanted();
    void eventsWanted();
    void relationsWanted();
    void logsWanted();
    void shellWanted();
    void actionsWanted();
    void tableWanted(const binnacle::kube::ObjectKey &key);
    /// @}
    void subjectChanged();
    /// Before anything else is done with the session; nullptr: the old one goes.
    void attached(binnacle::gui::ClusterSession *session);
    /// What runs now and what it waits for; empty: nothing.
    void activityChanged(const QString &line);
    void reported(const QString &text, bool failed);

private:
    void addViewing();
    void addCopying();
    void addChanging();
    void add(const ActionRegistry::Definition &definition, std::function<void()> run);
    void copy(const QStringList &lines);
    void restart();
    void remove();
    void takeBack();
    [[nodiscard]] ActionRegistry::State stateOfShell() const;
    [[nodiscard]] ActionRegistry::State stateOfTakingBack() const;
    /// Whether the verb is allowed on all of the subject, or on this sub-resource of each.
    [[nodiscard]] ActionRegistry::State permissionFor(const std::string &verb,
                                                      const std::string &subresource = {}) const;
    [[nodiscard]] ActionRegistry::State stateOfAction(const QString &id) const;
    [[nodiscard]] QString goneText() const;
    template <typename Start>
    void start(const std::vector<kube::ObjectKey> &objects, Start begin);

    ActionRegistry &m_registry;
    Environment m_environment;
    std::vector<FormAction> m_forms;
    QPointer<ClusterSession> m_session;
    std::vector<kube::ObjectKey> m_subject;
    std::optional<runbook::RunbookSummary> m_runbook;
    std::set<core::GroupKind> m_tableKinds;
    QList<QAction *> m_actions;
    std::unique_ptr<FormHost> m_host; ///< of the attached session; owns its runbooks
};

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "stack/Topology.h"

#include <QWidget>

#include <optional>

class QAction;
class QLabel;
class QListWidget;
class QPlainTextEdit;
class QTabWidget;
class QVBoxLayout;

namespace binnacle::widgets {

class ActionsPage;

/// Everything about the selected thing: what it is, its YAML, what happened to it, and what belongs to it.
class ObjectDrawer : public QWidget
{
    Q_OBJECT

public:
    enum class Page { Summary, Yaml, Events, Relations, Actions };

    explicit ObjectDrawer(QWidget *parent = nullptr);

    void setStore(const cluster::Store *store);
    void showObject(const kube::ObjectKey &key);
    void showComponent(const stack::ComponentState &component);
    void showPage(Page page);
    /// Of the actions page.
    void setActions(const QList<QAction *> &actions);
    void setActionsSubject(const QString &text);
    /// The answer to yamlWanted(), or why there is none.
    void setYaml(const kube::ObjectKey &key, const QString &yaml);
    /// Again from the store.
    void refresh();
    [[nodiscard]] const std::optional<kube::ObjectKey> &object() const { return m_object; }

signals:
    void yamlWanted(const binnacle::kube::ObjectKey &key);
    void objectWanted(const binnacle::kube::ObjectKey &key);
    void closed();

private:
    void build();
    void fillSummary();
    void fillEvents();
    void fillRelations();
    void addFact(const QString &name, const QString &value);
    void wantYaml();
    /// Remembers whether the object is there, and since when it is not.
    void watchPresence();

    const cluster::Store *m_store = nullptr;
    std::optional<kube::ObjectKey> m_object;
    bool m_yamlAsked = false;
    bool m_seen = false; ///< the object was there while it was shown
    std::optional<std::chrono::system_clock::time_point> m_goneSince;
    QLabel *m_title = nullptr;
    QLabel *m_subtitle = nullptr;
    QLabel *m_state = nullptr;
    QLabel *m_facts = nullptr;
    QString m_factText;
    QTabWidget *m_tabs = nullptr;
    QPlainTextEdit *m_yaml = nullptr;
    QListWidget *m_events = nullptr;
    QListWidget *m_relations = nullptr;
    ActionsPage *m_actions = nullptr;
};

} // namespace binnacle::widgets

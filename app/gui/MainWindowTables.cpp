// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ActionRegistry.h"
#include "gui/MainWindow.h"
#include "gui/ObjectActions.h"
#include "items/ComponentTableModel.h"
#include "items/EventTableModel.h"
#include "widgets/drawer/ObjectDrawer.h"
#include "widgets/journal/JournalView.h"
#include "widgets/tables/ObjectTableView.h"
#include "widgets/theme/Text.h"
#include "widgets/topology/TopologyPage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTableView>

#include <algorithm>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

void MainWindow::addTableActions()
{
    m_actions->add({u"copyRows"_s,
                    tr("Tables"),
                    tr("Copy the selected rows"),
                    {QKeySequence(QKeySequence::Copy)},
                    u"copy"_s,
                    tr("Copies them with their heading as tab-separated values, for a spreadsheet"),
                    ActionRegistry::Keys::Views},
                   [this] {
                       if (const widgets::TableScreen *table = currentTable())
                           QGuiApplication::clipboard()->setText(table->selectedText());
                   });
}

void MainWindow::addTable(widgets::TableScreen &screen)
{
    m_stack->addWidget(&screen);
    m_actions->listen(screen.table());
    screen.setContextActions(m_objects->actions());
    connect(&screen, &widgets::TableScreen::objectActivated, this, [this] { showSubject(0); });
    connect(&screen, &widgets::TableScreen::selectionChanged, this, &MainWindow::selectInTable);
}

void MainWindow::renewTables()
{
    cluster::Store &store = m_session->store();
    m_table = new widgets::ObjectTableView(store, this);
    addTable(*m_table);
    m_componentModel = new items::ComponentTableModel(store);
    m_components = new widgets::TableScreen(*m_componentModel, u"componentTableView"_s, this);
    m_componentModel->setParent(m_components);
    m_components->setTitle(tr("Components"));
    m_components->setLayoutId(u"components"_s);
    addTable(*m_components);
    m_eventModel = new items::EventTableModel(store);
    m_events = new widgets::TableScreen(*m_eventModel, u"eventTableView"_s, this);
    m_eventModel->setParent(m_events);
    m_events->setTitle(tr("Events"));
    m_events->setLayoutId(u"events"_s, {u"source"_s});
    m_events->hideLabelFilter();
    m_events->sortBy(u"last"_s, Qt::DescendingOrder);
    addTable(*m_events);
}

widgets::TableScreen *MainWindow::currentTable() const
{
    return qobject_cast<widgets::TableScreen *>(m_stack->currentWidget());
}

std::set<core::Namespace> MainWindow::scope() const
{
    std::set<core::Namespace> names;
    if (!m_scope.isEmpty())
        names.insert(core::Namespace(m_scope.toStdString()));
    return names;
}

void MainWindow::refreshTables()
{
    if (m_session && m_components)
        m_componentModel->setTopology(m_session->topology(), m_session->images(), scope());
}

void MainWindow::showKind(const core::GroupKind &kind, const QString &title)
{
    const bool clusterWide = kind.kind == "Node" || kind.kind == "Namespace";
    m_table->show(kind, title, clusterWide ? std::set<core::Namespace>() : scope());
    m_stack->setCurrentWidget(m_table);
}

void MainWindow::selectInTable()
{
    const widgets::TableScreen *table = currentTable();
    if (!table || sender() != table)
        return;
    const bool drawer = m_drawer->isVisible() && m_drawer->object();
    std::vector<kube::ObjectKey> selected = table->selected();
    if (selected.empty()) { // the row may have gone with its object, and the drawer says since when
        m_objects->setSubject(drawer ? std::vector{*m_drawer->object()} : selected);
        return;
    }
    if (drawer) {
        const auto current = table->current();
        const bool among = current && std::find(selected.begin(), selected.end(), *current) != selected.end();
        openObject(among ? *current : selected.front());
    }
    m_objects->setSubject(std::move(selected));
}

void MainWindow::adoptScreen()
{
    if (!m_session)
        return;
    widgets::TableScreen *table = currentTable();
    m_actions->setState(u"copyRows"_s, {table != nullptr, table ? QString() : tr("Only tables have rows.")});
    const bool picture = m_stack->currentWidget() == m_topology;
    if (m_drawer->isVisible() && m_drawer->object()) {
        const kube::ObjectKey key = *m_drawer->object();
        const auto &components = m_session->topology().components;
        const auto shown = std::find_if(components.begin(), components.end(),
                                        [&key](const auto &each) { return each.component.workload == key; });
        bool follows = table && table->select(key);
        if (picture && shown != components.end()) {
            m_topology->view().select(shown->component.id);
            follows = true;
        }
        if (!follows)
            closeDrawer();
    }
    m_objects->setRunbook(m_stack->currentWidget() == m_journal ? m_journal->selected() : std::nullopt);
    if (table)
        m_objects->setSubject(table->selected());
    else if (picture)
        selectInPicture();
    else
        m_objects->setSubject({});
}

void MainWindow::showInTable(const kube::ObjectKey &key)
{
    showPage(toQt(key.kind.kind));
    if (m_table && !m_table->select(key))
        say(tr("%1 is not in this table: look at the filter and at the namespaces chosen above.")
                .arg(toQt(key.describe())),
            false);
}

} // namespace binnacle::gui

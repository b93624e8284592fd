// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ActionRegistry.h"
#include "gui/CommandPalette.h"
#include "gui/LogActions.h"
#include "gui/LogPanel.h"
#include "gui/MainWindow.h"
#include "gui/ObjectActions.h"
#include "gui/StackActions.h"
#include "gui/TerminalActions.h"
#include "gui/TopBar.h"
#include "gui/forward/ForwardDesk.h"
#include "items/EventTableModel.h"
#include "widgets/common/ActionText.h"
#include "widgets/deploy/DeployView.h"
#include "widgets/drawer/ObjectDrawer.h"
#include "widgets/journal/JournalView.h"
#include "widgets/tables/ObjectTableView.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <QApplication>
#include <QLabel>
#include <QScrollArea>
#include <QSettings>
#include <QVBoxLayout>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

void MainWindow::addActions()
{
    const QString go = tr("Go to");
    const auto page = [this](const QString &id) { return [this, id] { showPage(id); }; };
    m_actions->add({u"goOverview"_s, go, tr("Overview"), {QKeySequence(u"Alt+1"_s)}, u"overview"_s},
                   page(u"overview"_s));
    m_actions->add(
        {u"goRunbooks"_s, go, tr("Runbooks: deploy, roll back, uninstall"), {QKeySequence(u"Alt+2"_s)}, u"runbooks"_s},
        page(u"runbooks"_s));
    m_actions->add({u"goJournal"_s, go, tr("Journal"), {QKeySequence(u"Alt+3"_s)}, u"journal"_s}, page(u"journal"_s));
    m_actions->add({u"goPods"_s, go, tr("Pods"), {QKeySequence(u"Alt+4"_s)}, u"pod"_s}, page(u"Pod"_s));
    m_actions->add({u"goComponents"_s, go, tr("Components"), {QKeySequence(u"Alt+5"_s)}, u"components"_s},
                   page(u"components"_s));
    m_actions->add({u"goForwards"_s, go, tr("Forwards"), {QKeySequence(u"Alt+8"_s)}, u"connect"_s},
                   page(u"forwards"_s));
    m_actions->add({u"goEvents"_s, go, tr("Events of the cluster"), {QKeySequence(u"Alt+6"_s)}, u"journal"_s},
                   page(u"events"_s));
    m_actions->add({u"goMetrics"_s, go, tr("Metrics and alerts"), {QKeySequence(u"Alt+7"_s)}, u"metrics"_s},
                   page(u"metrics"_s));
    m_actions->add({u"picture"_s,
                    go,
                    tr("Choose what is shown"),
                    {QKeySequence(u"Ctrl+P"_s)},
                    u"overview"_s,
                    tr("A stack, or whatever runs in the cluster")},
                   [this] { choosePictureFromMenu(); });
    m_actions->add({u"connect"_s, go, tr("Choose a cluster"), {QKeySequence(u"Ctrl+O"_s)}, u"connect"_s},
                   [this] { chooseConnection(); });
    addViewActions();
    m_stackActions = new StackActions(*m_actions, this);
    connect(m_stackActions, &StackActions::screenWanted, this, [this] { showPage(u"runbooks"_s); });
    m_top->addButton(m_actions->find(u"palette"_s));
    m_top->addButton(m_actions->find(u"log"_s));
    m_top->addButton(m_actions->find(u"theme"_s));
    m_top->addButton(m_actions->find(u"help"_s));
}

void MainWindow::addViewActions()
{
    m_objects =
        new ObjectActions(*m_actions, {m_environment.clock, m_environment.random, m_environment.journal, this}, this);
    new LogActions(*m_actions, *m_objects, *m_bottom, *m_environment.clock, this);
    connect(new TerminalActions(*m_objects, *m_bottom, *m_environment.random, this), &TerminalActions::leaveWanted,
            this, &MainWindow::focusScreen);
    addTableActions();
    const QString view = tr("View");
    m_actions->add(
        {u"back"_s, view, tr("Back: close the details, then the screen"), {QKeySequence(u"Esc"_s)}, u"close"_s},
        [this] { goBack(); });
    m_actions->add({u"filter"_s, view, tr("Search or filter"), {QKeySequence(u"/"_s)}, u"search"_s},
                   [this] { focusFilter(); });
    m_actions->add({u"zoomIn"_s, view, tr("Zoom in"), {QKeySequence(u"Ctrl++"_s)}, u"plus"_s},
                   [this] { m_topology->view().zoomBy(1.2); });
    m_actions->add({u"zoomOut"_s, view, tr("Zoom out"), {QKeySequence(u"Ctrl+-"_s)}, u"minus"_s},
                   [this] { m_topology->view().zoomBy(1 / 1.2); });
    m_actions->add({u"zoomFit"_s, view, tr("Show everything"), {QKeySequence(u"Ctrl+0"_s)}, u"fit"_s},
                   [this] { m_topology->view().fit(); });
    m_actions->add({u"export"_s, view, tr("Export the picture"), {QKeySequence(u"Ctrl+E"_s)}, u"export"_s},
                   [this] { m_topology->exportPicture(); });
    const QString program = tr("Program");
    m_actions->add({u"palette"_s, program, tr("Command palette"), {QKeySequence(u"Ctrl+K"_s)}, u"palette"_s},
                   [this] { showPalette(); });
    m_actions->add({u"log"_s, program, tr("The program's log"), {QKeySequence(u"Ctrl+L"_s)}, u"logs"_s},
                   [this] { showLog(); });
    m_actions->add({u"theme"_s, program, tr("Light, dark, high contrast"), {QKeySequence(u"Ctrl+T"_s)}, u"theme"_s},
                   [this] { cycleTheme(); });
    m_actions->add({u"help"_s, program, tr("Keys and help"), {QKeySequence(u"?"_s), QKeySequence(u"F1"_s)}, u"help"_s},
                   [this] { showHelp(); });
    m_actions->add({u"quit"_s, program, tr("Quit"), {QKeySequence(u"Ctrl+Q"_s)}, u"close"_s}, [this] { close(); });
}

void MainWindow::addNavigation()
{
    m_journal = new widgets::JournalView(m_environment.journal, this);
    m_stack->addWidget(m_topology);
    m_stack->addWidget(m_journal);
    m_stack->addWidget(&m_forwards->screen());
    const auto entry = [this](const QString &text, const QString &icon, const QString &id) {
        auto *item = new QListWidgetItem(widgets::themedIcon(icon), text, m_navigation);
        item->setData(Qt::UserRole, id);
        return item;
    };
    entry(tr("Overview"), u"overview"_s, u"overview"_s);
    entry(tr("Components"), u"components"_s, u"components"_s);
    entry(tr("Events"), u"journal"_s, u"events"_s);
    entry(tr("Runbooks"), u"runbooks"_s, u"runbooks"_s);
    entry(tr("Journal"), u"journal"_s, u"journal"_s);
    entry(tr("Metrics"), u"metrics"_s, u"metrics"_s);
    entry(tr("Forwards"), u"connect"_s, u"forwards"_s);
    auto *heading = new QListWidgetItem(tr("Kinds"), m_navigation);
    heading->setFlags(Qt::NoItemFlags);
    const struct
    {
        QString text;
        core::GroupKind kind;
    } kinds[] = {
        {tr("Pods"), {"", "Pod"}},
        {tr("Deployments"), {"apps", "Deployment"}},
        {tr("Stateful sets"), {"apps", "StatefulSet"}},
        {tr("Daemon sets"), {"apps", "DaemonSet"}},
        {tr("Jobs"), {"batch", "Job"}},
        {tr("Cron jobs"), {"batch", "CronJob"}},
        {tr("Services"), {"", "Service"}},
        {tr("Ingresses"), {"networking.k8s.io", "Ingress"}},
        {tr("Volume claims"), {"", "PersistentVolumeClaim"}},
        {tr("Config maps"), {"", "ConfigMap"}},
        {tr("Secrets"), {"", "Secret"}},
        {tr("Autoscalers"), {"autoscaling", "HorizontalPodAutoscaler"}},
        {tr("Disruption budgets"), {"policy", "PodDisruptionBudget"}},
        {tr("Quotas"), {"", "ResourceQuota"}},
        {tr("Network policies"), {"networking.k8s.io", "NetworkPolicy"}},
        {tr("Nodes"), {"", "Node"}},
        {tr("Namespaces"), {"", "Namespace"}},
    };
    for (const auto &[text, kind] : kinds) {
        auto *item = entry(text, widgets::iconOfKind(toQt(kind.kind)), toQt(kind.kind));
        item->setData(Qt::UserRole + 1, toQt(kind.group));
    }
    std::set<core::GroupKind> tableKinds;
    for (const auto &[text, kind] : kinds)
        tableKinds.insert(kind);
    m_objects->setTableKinds(std::move(tableKinds));
    m_navigation->setCurrentRow(0);
}

void MainWindow::showPage(const QString &id)
{
    for (int row = 0; row < m_navigation->count(); ++row) {
        if (m_navigation->item(row)->data(Qt::UserRole).toString() == id) {
            m_navigation->setCurrentRow(row);
            navigate();
            focusScreen();
            return;
        }
    }
}

void MainWindow::navigate()
{
    const QListWidgetItem *item = m_navigation->currentItem();
    if (!item)
        return;
    const QString id = item->data(Qt::UserRole).toString();
    if (id == u"overview"_s) {
        m_stack->setCurrentWidget(m_topology);
    } else if (id == u"journal"_s) {
        m_stack->setCurrentWidget(m_journal);
        m_journal->refresh();
    } else if (id == u"forwards"_s) {
        m_stack->setCurrentWidget(&m_forwards->screen());
    } else if (id == u"runbooks"_s && m_deploy) {
        m_stack->setCurrentWidget(m_deploy);
    } else if (id == u"components"_s && m_components) {
        refreshTables();
        m_stack->setCurrentWidget(m_components);
    } else if (id == u"events"_s && m_events) {
        m_eventModel->setNameSpaces(scope());
        m_stack->setCurrentWidget(m_events);
    } else if (auto *page = m_stack->findChild<QWidget *>(id, Qt::FindDirectChildrenOnly)) {
        m_stack->setCurrentWidget(page); // of a session; named like its entry
    } else if (const QString group = item->data(Qt::UserRole + 1).toString(); m_table && !group.isNull()) {
        showKind({group.toStdString(), id.toStdString()}, item->text());
    }
    adoptScreen();
}

void MainWindow::focusScreen()
{
    if (m_stack->currentWidget() == m_topology)
        m_topology->view().setFocus();
    else
        m_stack->currentWidget()->setFocus();
}

void MainWindow::focusFilter()
{
    if (m_stack->currentWidget() == m_topology)
        m_topology->focusSearch();
    else if (widgets::TableScreen *table = currentTable())
        table->focusFilter();
}

void MainWindow::showHelp()
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"help"_s);
    dialog->setWindowTitle(tr("Keys and help"));
    auto *text =
        new QLabel(m_actions->helpText() +
                   tr("<p>In the picture: arrow keys follow the flows, Enter opens the details, + and - zoom, 0 "
                      "shows everything.<br>In a table: / filters, Enter opens the details.</p>"));
    text->setMargin(24);
    text->setWordWrap(true);
    auto *scroll = new QScrollArea(dialog);
    scroll->setWidget(text);
    scroll->setWidgetResizable(true);
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    dialog->resize(560, 640);
    dialog->open();
}

void MainWindow::showPalette()
{
    std::vector<CommandPalette::Entry> entries;
    for (QAction *action : m_actions->actions()) {
        if (action->isVisible() && action->objectName() != u"palette"_s)
            entries.push_back({action->text(),
                               widgets::keysOf(*action),
                               {},
                               [action] { action->trigger(); },
                               action->isEnabled() ? QString() : widgets::whyOf(*action)});
    }
    if (m_session) {
        for (const stack::ComponentState &state : m_session->topology().components) {
            const std::string id = state.component.id;
            const QString kind = toQt(state.component.workload.kind.kind);
            entries.push_back({toQt(state.component.title),
                               u"%1 · %2"_s.arg(kind, widgets::stateWord(state.health.state)),
                               widgets::iconOfKind(kind), [this, id] {
                                   showPage(u"overview"_s);
                                   m_topology->view().select(id);
                                   showSubject(0);
                               }});
        }
    }
    for (int row = 0; row < m_navigation->count(); ++row) {
        const QString id = m_navigation->item(row)->data(Qt::UserRole).toString();
        if (!id.isEmpty())
            entries.push_back({m_navigation->item(row)->text(), tr("screen"), {}, [this, id] { showPage(id); }});
    }
    auto *palette = new CommandPalette(std::move(entries), this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, 96)));
    palette->open();
}

void MainWindow::showLog()
{
    const bool show = !m_log->isVisible();
    m_log->setVisible(show);
    if (!show)
        focusScreen();
}

/// Through all that can be chosen, and back to what the system wants. What the system shows already comes last, so that
/// the first press can be seen.
void MainWindow::cycleTheme()
{
    using widgets::Theme;
    using widgets::ThemeMode;
    QList<ThemeMode> modes{ThemeMode::Light, ThemeMode::Dark, ThemeMode::HighContrast};
    while (modes.last() != Theme::systemMode())
        modes.append(modes.takeFirst());
    modes.append(ThemeMode::System);
    const ThemeMode next = modes[(modes.indexOf(Theme::chosen()) + 1) % modes.size()];
    Theme::apply(*qApp, next);
    QSettings().setValue(u"theme"_s, Theme::name(next));
    tell(tr("Colours: %1. Press again for the next.").arg(widgets::themeWord(next)));
}

} // namespace binnacle::gui

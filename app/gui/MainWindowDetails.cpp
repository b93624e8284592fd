// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/WhenFinished.h"
#include "core/YamlWriter.h"
#include "gui/ActionRegistry.h"
#include "gui/MainWindow.h"
#include "gui/ObjectActions.h"
#include "operations/ObjectText.h"
#include "widgets/drawer/ObjectDrawer.h"
#include "widgets/journal/JournalView.h"
#include "widgets/theme/Text.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QLabel>

#include <algorithm>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;
using Page = widgets::ObjectDrawer::Page;

void MainWindow::connectDetails()
{
    connect(m_drawer, &widgets::ObjectDrawer::closed, this, &MainWindow::closeDrawer);
    connect(m_drawer, &widgets::ObjectDrawer::yamlWanted, this, &MainWindow::fetchYaml);
    connect(m_drawer, &widgets::ObjectDrawer::objectWanted, this, [this](const kube::ObjectKey &key) {
        openObject(key);
        m_objects->setSubject({key});
    });
    connect(&m_topology->view(), &widgets::TopologyView::opened, this, [this] { showSubject(0); });
    connect(&m_topology->view(), &widgets::TopologyView::selectionChanged, this, &MainWindow::selectInPicture);
    m_actions->listen(m_topology->view());
    m_drawer->setActions(m_objects->actions());
    const auto page = [this](Page wanted) { return [this, wanted] { showSubject(static_cast<int>(wanted)); }; };
    connect(m_objects, &ObjectActions::detailsWanted, this, page(Page::Summary));
    connect(m_objects, &ObjectActions::yamlWanted, this, page(Page::Yaml));
    connect(m_objects, &ObjectActions::eventsWanted, this, page(Page::Events));
    connect(m_objects, &ObjectActions::relationsWanted, this, page(Page::Relations));
    connect(m_objects, &ObjectActions::actionsWanted, this, page(Page::Actions));
    connect(m_objects, &ObjectActions::tableWanted, this, &MainWindow::showInTable);
    connect(m_objects, &ObjectActions::subjectChanged, this,
            [this] { m_drawer->setActionsSubject(m_objects->subjectText()); });
    m_journal->setTakeBackAction(m_actions->find(u"takeBack"_s));
    connect(m_journal, &widgets::JournalView::selectionChanged, this,
            [this] { m_objects->setRunbook(m_journal->selected()); });
    connect(m_objects, &ObjectActions::activityChanged, this, &MainWindow::showActivity);
    connect(m_objects, &ObjectActions::reported, this, [this](const QString &text, bool failed) {
        if (failed)
            say(text, true); // stays until something else is said
        else
            tell(text);
        if (m_stack->currentWidget() == m_journal)
            m_journal->refresh();
    });
}

void MainWindow::fetchYaml(const kube::ObjectKey &key)
{
    if (!m_session)
        return;
    core::whenFinished(
        m_session->client()->get(key, m_fetching.token()), this, [this, key](core::Result<core::Json> object) {
            if (!object) {
                m_drawer->setYaml(key, tr("# %1").arg(toQt(object.error().describe())));
                return;
            }
            // A Secret's values are shown by nobody who only wanted to look.
            m_drawer->setYaml(key, toQt(core::toYaml(operations::withMaskedSecrets(*std::move(object)))));
        });
}

void MainWindow::openObject(const kube::ObjectKey &key)
{
    m_drawer->show();
    m_drawer->showObject(key);
}

void MainWindow::showSubject(int page)
{
    const auto &subject = m_objects->subject();
    if (subject.empty())
        return;
    const bool shown = m_drawer->isVisible() && m_drawer->object() &&
                       std::find(subject.begin(), subject.end(), *m_drawer->object()) != subject.end();
    if (!shown)
        openObject(subject.front());
    m_drawer->showPage(static_cast<Page>(page));
}

void MainWindow::closeDrawer()
{
    m_drawer->hide();
    focusScreen();
}

void MainWindow::goBack()
{
    if (m_drawer->isVisible())
        closeDrawer();
    else if (m_stack->currentWidget() == m_topology)
        m_topology->view().select({});
    else
        showPage(u"overview"_s);
}

void MainWindow::selectInPicture()
{
    const stack::ComponentState *component = m_session ? m_session->component(m_topology->view().selected()) : nullptr;
    if (!component) {
        m_objects->setSubject({});
        return;
    }
    if (m_drawer->isVisible())
        openObject(component->component.workload);
    m_objects->setSubject({component->component.workload});
}

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/TerminalActions.h"

#include "gui/BottomDock.h"
#include "gui/ClusterSession.h"
#include "gui/ObjectActions.h"
#include "stack/LogPods.h"
#include "terminal/Shells.h"
#include "widgets/files/CopyDialog.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"

#include <algorithm>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::TerminalPage;
using widgets::toQt;

namespace {

const kube::PodRecord &podOf(const kube::RecordPointer &record)
{
    return std::get<kube::PodRecord>(record->body);
}

QStringList runningContainers(const kube::PodRecord &pod)
{
    QStringList names;
    for (const auto &container : pod.containers) {
        if (container.phase == kube::ContainerPhase::Running)
            names << toQt(container.name.str());
    }
    return names;
}

/// How much a pod is to be preferred: a ready one over one that runs, that over the rest.
int rankOf(const kube::RecordPointer &record)
{
    const auto &pod = podOf(record);
    const bool ready = std::all_of(pod.containers.begin(), pod.containers.end(),
                                   [](const auto &container) { return container.init || container.ready; });
    const bool leaving = record->meta.deleted != 0;
    return leaving ? 0 : pod.phase != kube::PodPhase::Running ? 1 : ready ? 3 : 2;
}

/// The container that the API server would take: the first of those that are no init containers.
QString defaultContainer(const kube::PodRecord &pod)
{
    for (const auto &container : pod.containers) {
        if (!container.init)
            return toQt(container.name.str());
    }
    return {};
}

} // namespace

TerminalActions::TerminalActions(ObjectActions &objects, BottomDock &dock, core::Random &random, QObject *parent)
    : QObject(parent), m_objects(objects), m_dock(dock), m_random(random)
{
    connect(&m_objects, &ObjectActions::attached, this, [this](ClusterSession *session) { m_session = session; });
    connect(&m_objects, &ObjectActions::shellWanted, this, &TerminalActions::openShell);
}

void TerminalActions::openShell()
{
    if (!m_session || m_objects.subject().empty())
        return;
    const auto pods = stack::podsBehind(m_objects.subject(), m_session->store());
    const auto best =
        std::max_element(pods.begin(), pods.end(), [](const auto &a, const auto &b) { return rankOf(a) < rankOf(b); });
    if (best == pods.end()) {
        emit m_objects.reported(tr("%1 has no pod to open a shell in.").arg(m_objects.subjectText()), true);
        return;
    }
    TerminalPage::Target target;
    target.nameSpace = core::Namespace((*best)->meta.nameSpace.str());
    target.pod = (*best)->meta.name;
    target.commands = terminal::shellCommands();
    const QStringList containers = runningContainers(podOf(*best));
    const QString chosen = defaultContainer(podOf(*best));
    target.container =
        (containers.contains(chosen) || containers.isEmpty() ? chosen : containers.front()).toStdString();
    open(target, containers);
}

void TerminalActions::copyFiles(const TerminalPage &page)
{
    if (!m_session)
        return;
    files::CopyRequest request;
    request.nameSpace = page.target().nameSpace;
    request.pod = page.target().pod;
    request.container = page.target().container;
    request.unique = m_random.text(8, "abcdefghijklmnopqrstuvwxyz0123456789");
    const auto client = m_session->client();
    auto *dialog = new widgets::CopyDialog({client, &client->transport()}, std::move(request), m_dock.window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void TerminalActions::open(const TerminalPage::Target &target, const QStringList &containers)
{
    if (!m_session)
        return;
    const auto client = m_session->client();
    auto *page = new TerminalPage({client, &client->transport()}, target, containers);
    connect(page, &TerminalPage::leaveWanted, this, &TerminalActions::leaveWanted);
    connect(
        page, &TerminalPage::closeWanted, &m_dock, [this, page] { m_dock.closePage(m_dock.indexOf(page)); },
        Qt::QueuedConnection);
    connect(page, &TerminalPage::captionChanged, &m_dock, [this, page](const QString &caption) {
        if (const int index = m_dock.indexOf(page); index >= 0)
            m_dock.setTabText(index, caption);
    });
    connect(page, &TerminalPage::containerWanted, this, [this, target, containers](const QString &container) {
        auto other = target;
        other.container = container.toStdString();
        open(other, containers);
    });
    connect(page, &TerminalPage::copyWanted, this, [this, page] { copyFiles(*page); });
    m_dock.open(page, widgets::themedIcon(u"shell"_s), page->caption(), u"terminal %1"_s.arg(++m_opened));
}

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Futures.h"
#include "gui/MainWindow.h"
#include "gui/TopBar.h"
#include "widgets/common/Background.h"
#include "widgets/deploy/DeployView.h"
#include "widgets/theme/Text.h"

#include <QFileDialog>
#include <QMenu>
#include <QToolButton>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

using Stacks = std::vector<stack::Stack>;

/// Those that cannot be read are passed over: whoever opens one is told why.
core::Result<Stacks> readStacks()
{
    Stacks stacks;
    for (const std::string &name : stack::stackNames()) {
        if (auto loaded = stack::loadStack(name))
            stacks.push_back(std::move(*loaded));
    }
    return stacks;
}

QFuture<core::Result<Picture>> suggestedPicture(std::shared_ptr<kube::Transport> transport,
                                                const core::Namespace &ofContext)
{
    return core::chain<Picture>(widgets::inBackground(readStacks), [transport, ofContext](core::Result<Stacks> stacks) {
        if (!stacks || stacks->empty())
            return core::ready(core::Result<Picture>(Picture()));
        const auto kept = std::make_shared<const Stacks>(std::move(*stacks));
        return core::then(choosePicture(*transport, *kept),
                          [transport, kept, ofContext](const core::Result<PictureDecision> &decision) {
                              Picture picture;
                              if (!decision || decision->kind == PictureKind::Stack)
                                  picture.stack = (*kept)[decision ? decision->stack : 0];
                              else if (decision->kind == PictureKind::OneNamespace)
                                  picture.nameSpace = ofContext;
                              return core::Result<Picture>(std::move(picture));
                          });
    });
}

} // namespace

QFuture<core::Result<Picture>> MainWindow::pictureOf(const kube::ContextSummary &context,
                                                     const std::shared_ptr<kube::Transport> &transport) const
{
    const auto wish = m_environment.stack ? m_environment.stack : m_preferences.picture(context.name);
    if (!wish)
        return suggestedPicture(transport, context.nameSpace);
    if (wish->empty()) // whatever runs there, as far as this user may see
        return core::then(choosePicture(*transport, {}),
                          [transport, context](const core::Result<PictureDecision> &decision) {
                              Picture picture;
                              if (decision && decision->kind == PictureKind::OneNamespace)
                                  picture.nameSpace = context.nameSpace;
                              return core::Result<Picture>(std::move(picture));
                          });
    return widgets::inBackground([name = *wish]() -> core::Result<Picture> {
        return stack::loadStack(name).map([](stack::Stack &&loaded) { return Picture{std::move(loaded), {}}; });
    });
}

QString MainWindow::pictureTitle() const
{
    const auto &stack = m_session->stack();
    if (stack)
        return toQt(stack->title.empty() ? stack->name : stack->title);
    const core::Namespace &nameSpace = m_session->nameSpace();
    return nameSpace.isEmpty() ? tr("Whatever runs here") : tr("Namespace %1").arg(toQt(nameSpace.value()));
}

QStringList MainWindow::deployableStacks() const
{
    QStringList names;
    for (const std::string &name : stack::stackNames())
        names.append(toQt(name));
    if (const auto &shown = m_session->stack()) {
        // One that was opened as a file has no name to be found by.
        const bool isNamed = names.contains(toQt(shown->name));
        const QString name = isNamed ? toQt(shown->name) : toQt(shown->directory.string());
        names.removeAll(name);
        names.prepend(name);
    }
    return names;
}

void MainWindow::choosePictureFromMenu()
{
    if (!m_session)
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName(u"pictureMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto &shown = m_session->stack();
    const auto offer = [this, menu](const QString &text, std::optional<std::string> wish, bool checked) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(checked);
        connect(action, &QAction::triggered, this, [this, wish = std::move(wish)] { showPicture(wish); });
    };
    for (const std::string &name : stack::stackNames())
        offer(tr("Stack %1").arg(toQt(name)), name, shown && shown->name == name);
    offer(tr("Whatever runs here"), std::string(), !shown && m_session->nameSpace().isEmpty());
    menu->addSeparator();
    connect(menu->addAction(tr("Open a stack file…")), &QAction::triggered, this, [this] {
        const QString file =
            QFileDialog::getOpenFileName(this, tr("Open a stack"), {}, tr("Stack files (stack.yaml *.yaml *.yml)"));
        if (!file.isEmpty())
            showPicture(file.toStdString());
    });
    connect(menu->addAction(tr("What the cluster suggests")), &QAction::triggered, this,
            [this] { showPicture(std::nullopt); });
    menu->popup(m_top->pictureButton().mapToGlobal(QPoint(0, m_top->pictureButton().height())));
}

void MainWindow::showPicture(const std::optional<std::string> &wish)
{
    if (m_deploy && m_deploy->availability(widgets::DeployView::Command::Stop).enabled) {
        tell(tr("A runbook is running. Stop it on the screen Runbooks, or wait for its end, before another picture is "
                "shown."));
        return;
    }
    m_environment.stack.reset();
    m_preferences.setPicture(m_context.name, wish);
    open(m_context, Opened(m_transport));
}

} // namespace binnacle::gui

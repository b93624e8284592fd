// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/WhenFinished.h"
#include "gui/MainWindow.h"
#include "gui/ObjectActions.h"
#include "gui/TopBar.h"
#include "gui/forward/ForwardDesk.h"
#include "widgets/common/Background.h"
#include "widgets/connection/ConnectionChooser.h"
#include "widgets/connection/PluginConsentDialog.h"
#include "widgets/deploy/DeployView.h"
#include "widgets/drawer/ObjectDrawer.h"
#include "widgets/tables/ObjectTableView.h"
#include "widgets/theme/Text.h"

#include <spdlog/spdlog.h>

#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

void MainWindow::chooseConnection()
{
    if (m_chooser) {
        m_chooser->raise();
        return;
    }
    std::vector<widgets::ConnectionChooser::Scenario> scenarios;
    for (const auto &[id, title] : m_environment.scenarios)
        scenarios.push_back({id, title});
    m_chooser = new widgets::ConnectionChooser(std::move(scenarios), this);
    m_chooser->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_chooser, &widgets::ConnectionChooser::contextChosen, this, [this](const core::ContextName &context) {
        m_chooser->close();
        openContext(context);
    });
    connect(m_chooser, &widgets::ConnectionChooser::demoChosen, this, [this](const QString &scenario) {
        m_chooser->close();
        openDemo(scenario);
    });
    m_chooser->open();
    struct Read
    {
        std::vector<kube::ContextSummary> contexts;
        std::vector<core::Error> problems;
    };
    core::whenFinished(widgets::inBackground([sources = m_environment.kubeconfig]() -> core::Result<Read> {
                           const kube::Kubeconfig config = kube::Kubeconfig::load(sources);
                           return Read{config.contexts(), config.problems()};
                       }),
                       this, [this](const core::Result<Read> &read) {
                           if (!m_chooser || !read)
                               return;
                           items::ContextModel::Marks marks{m_preferences.recent(), {}};
                           for (const kube::ContextSummary &context : read->contexts) {
                               if (m_preferences.isReadOnly(context))
                                   marks.readOnly.append(toQt(context.name.value()));
                           }
                           m_chooser->setKubeconfig(read->contexts, std::move(marks), read->problems);
                       });
}

void MainWindow::openDemo(const QString &scenario)
{
    say(tr("Starting the demo cluster"), false);
    core::whenFinished(m_environment.startDemo(scenario), this, [this](const Opened &transport) {
        kube::ContextSummary context;
        context.name = core::ContextName("demo");
        context.nameSpace = core::Namespace("default");
        open(context, transport);
    });
}

void MainWindow::openContext(const core::ContextName &context)
{
    core::whenFinished(
        widgets::inBackground([sources = m_environment.kubeconfig, context]() -> core::Result<kube::ContextSummary> {
            const kube::Kubeconfig config = kube::Kubeconfig::load(sources);
            const core::ContextName name = context.isEmpty() ? config.currentContext() : context;
            for (const kube::ContextSummary &each : config.contexts()) {
                if (each.name == name && !each.problem)
                    return each;
            }
            // Says why there is none, or what is wrong with it.
            const auto opened = config.open(name);
            return opened ? core::Result<kube::ContextSummary>(kube::ContextSummary{}) : core::fail(opened.error());
        }),
        this, [this](const core::Result<kube::ContextSummary> &found) {
            if (found)
                openAllowed(*found);
            else
                say(toQt(found.error().describe()), true);
        });
}

void MainWindow::openAllowed(const kube::ContextSummary &context)
{
    if (context.execCommand.empty() || m_preferences.mayRunPlugin(context)) {
        openTransport(context);
        return;
    }
    auto *dialog = new widgets::PluginConsentDialog(context, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, context] {
        m_preferences.allowPlugin(context);
        spdlog::info("{}: the credential plug-in {} was allowed", context.name.value(), context.execCommand);
        openTransport(context);
    });
    connect(dialog, &QDialog::rejected, this, [this, context] {
        spdlog::info("{}: the credential plug-in {} was refused", context.name.value(), context.execCommand);
        say(tr("Context %1 was not opened: it logs in with the program %2, which you did not allow. Connect to it "
               "again "
               "to be asked again, or choose another context.")
                .arg(toQt(context.name.value()), toQt(context.execCommand)),
            true);
    });
    dialog->open();
}

void MainWindow::openTransport(const kube::ContextSummary &context)
{
    say(tr("Connecting to %1").arg(toQt(context.name.value())), false);
    core::whenFinished(widgets::inBackground([sources = m_environment.kubeconfig, context]() -> Opened {
                           kube::OpenOptions options;
                           // What was shown and allowed, and nothing that the file has come to name since.
                           options.allowExecPlugin = [allowed = context.execCommand](const std::string &command) {
                               return command == allowed;
                           };
                           return kube::Kubeconfig::load(sources).open(context.name, options);
                       }),
                       this, [this, context](const Opened &transport) {
                           if (transport)
                               m_preferences.markUsed(context.name);
                           open(context, transport);
                       });
}

void MainWindow::open(const kube::ContextSummary &context, const Opened &transport)
{
    if (!transport) {
        spdlog::error("{}: {}", context.name.value(), transport.error().describe());
        say(toQt(transport.error().describe()), true);
        return;
    }
    const int opening = ++m_opening;
    core::whenFinished(pictureOf(context, *transport), this,
                       [this, opening, context, transport = *transport](const core::Result<Picture> &picture) {
                           if (opening == m_opening)
                               attach(context, transport, picture);
                       });
}

void MainWindow::attach(const kube::ContextSummary &context, std::shared_ptr<kube::Transport> transport,
                        const core::Result<Picture> &picture)
{
    closeDrawer();
    m_objects->attach(nullptr);
    m_forwards->attach(nullptr);
    m_fetching.cancel();
    m_fetching = core::CancellationSource();
    delete m_deploy;
    delete m_table;
    delete m_components;
    delete m_events;
    m_drawer->setStore(nullptr);
    say({}, false);
    if (!picture)
        say(toQt(picture.error().describe()), true);
    m_context = context;
    m_transport = transport;
    m_logged.reset();
    m_session = std::make_unique<ClusterSession>(context.name, std::move(transport), picture ? *picture : Picture(),
                                                 *m_environment.clock);
    m_session->setReadOnly(m_preferences.isReadOnly(context));
    m_drawer->setStore(&m_session->store());
    m_objects->attach(m_session.get());
    m_forwards->attach(m_session.get());
    m_top->setContext(toQt(context.name.value()), context.insecure);
    m_top->setPicture(pictureTitle());
    renewPages();
    connectSession();
    showReadOnly();
    refresh();
    refreshConnection();
    navigate();
}

void MainWindow::toggleReadOnly()
{
    if (!m_session)
        return;
    if (!m_session->isReadOnly()) {
        setReadOnly(true);
        return;
    }
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Allow changes?"),
                                tr("Context %1 (%2) is marked read-only. Allow Binnacle to change this cluster?")
                                    .arg(toQt(m_context.name.value()), toQt(m_session->client()->transport().server())),
                                QMessageBox::NoButton, this);
    box->setObjectName(u"allowChangesDialog"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto *allow = box->addButton(tr("&Allow changes"), QMessageBox::AcceptRole);
    allow->setObjectName(u"allowChanges"_s);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    connect(box, &QMessageBox::buttonClicked, this, [this, allow](const QAbstractButton *pressed) {
        if (pressed == allow && m_session)
            setReadOnly(false);
    });
    box->open();
}

void MainWindow::setReadOnly(bool on)
{
    m_preferences.setReadOnly(m_context.name, on);
    m_session->setReadOnly(on);
    spdlog::info("{}: {}", m_context.name.value(), on ? "marked read-only" : "changes are allowed");
    showReadOnly();
}

void MainWindow::showReadOnly()
{
    const bool on = m_session->isReadOnly();
    const QString name = toQt(m_context.name.value());
    m_top->setReadOnly(on);
    setWindowTitle(on ? tr("%1 (read-only) – Binnacle").arg(name) : tr("%1 – Binnacle").arg(name));
}

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/MainWindow.h"

#include "core/WhenFinished.h"
#include "gui/ActionRegistry.h"
#include "gui/AlertWatch.h"
#include "gui/BottomDock.h"
#include "gui/LogPanel.h"
#include "gui/MetricsPage.h"
#include "gui/ObjectActions.h"
#include "gui/StackActions.h"
#include "gui/TopBar.h"
#include "gui/forward/ForwardDesk.h"
#include "widgets/common/Background.h"
#include "widgets/connection/ConnectionChooser.h"
#include "widgets/deploy/DeployView.h"
#include "widgets/drawer/ObjectDrawer.h"
#include "widgets/journal/JournalView.h"
#include "widgets/tables/ObjectTableView.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/StyleProperty.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <spdlog/spdlog.h>

#include <QEvent>
#include <QFileInfo>
#include <QGraphicsColorizeEffect>
#include <QLabel>
#include <QSplitter>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

QString savedForwardsFile(const QString &settings)
{
    const QString folder = settings.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)
                                              : QFileInfo(settings).absolutePath();
    return folder + u"/forwards.json"_s;
}

} // namespace

MainWindow::MainWindow(Environment environment, QWidget *parent)
    : QMainWindow(parent),
      m_environment(std::move(environment)),
      m_preferences(m_environment.settings),
      m_actions(new ActionRegistry(*this))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Binnacle"));
    resize(1440, 900);
    build();
    addActions();
    addNavigation();
    connectDetails();
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, [this] {
        refreshConnection();
        if (m_drawer->isVisible())
            m_drawer->refresh();
    });
    m_second.start();
}

MainWindow::~MainWindow()
{
    m_fetching.cancel();
    // The pages and what runs read the session's store until they are gone.
    m_objects->attach(nullptr);
    m_forwards->attach(nullptr);
    delete m_deploy;
    delete m_table;
    delete m_components;
    delete m_events;
    m_drawer->setStore(nullptr);
}

void MainWindow::build()
{
    m_top = new TopBar(this);
    m_banner = new QLabel(this);
    m_banner->setObjectName(u"banner"_s);
    m_banner->setWordWrap(true);
    m_banner->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_banner->hide();
    m_navigation = new QListWidget(this);
    m_navigation->setObjectName(u"navigation"_s);
    m_navigation->setAccessibleName(tr("Screens"));
    m_navigation->setFixedWidth(200);
    m_navigation->setIconSize({18, 18});
    m_navigation->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_stack = new QStackedWidget(this);
    m_topology = new widgets::TopologyPage(this);
    m_drawer = new widgets::ObjectDrawer(this);
    m_drawer->hide();
    m_forwards = new ForwardDesk(*m_environment.clock, savedForwardsFile(m_environment.settings), *this);
    connect(m_forwards, &ForwardDesk::screenWanted, this, [this] { showPage(u"forwards"_s); });
    connect(m_forwards, &ForwardDesk::reported, this,
            [this](const QString &text, bool failed) { failed ? say(text, true) : tell(text); });

    m_splitter = new QSplitter(this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_drawer);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setSizes({1000, 392});

    m_dock = new QWidget(this);
    m_dock->setObjectName(u"dock"_s);
    m_dock->setAttribute(Qt::WA_StyledBackground);
    m_activity = new QLabel(m_dock);
    m_activity->setObjectName(u"activity"_s);
    m_activity->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long line must not widen the window
    auto *dockLayout = new QVBoxLayout(m_dock);
    dockLayout->setContentsMargins(16, 8, 16, 8);
    dockLayout->addWidget(m_activity);
    m_dock->hide();
    m_log = new LogPanel(m_environment.log, this);
    m_log->hide();

    auto *middle = new QWidget(this);
    auto *row = new QHBoxLayout(middle);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_navigation);
    row->addWidget(m_splitter, 1);
    auto *all = new QWidget(this);
    auto *column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_top);
    column->addWidget(m_banner);
    auto *upAndDown = new QSplitter(Qt::Vertical, this);
    upAndDown->setChildrenCollapsible(false);
    upAndDown->addWidget(middle);
    m_bottom = new BottomDock(this);
    upAndDown->addWidget(m_bottom);
    upAndDown->addWidget(m_log);
    upAndDown->setStretchFactor(0, 1);
    upAndDown->setSizes({600, 300, 200});
    column->addWidget(upAndDown, 1);
    column->addWidget(m_dock);
    setCentralWidget(all);

    connect(&m_top->contextButton(), &QToolButton::clicked, this, &MainWindow::chooseConnection);
    connect(m_top, &TopBar::scopeChanged, this, [this](const QString &scope) {
        m_scope = scope;
        m_topology->view().setNameSpace(scope);
        navigate();
    });
    connect(m_top, &TopBar::reconnectWanted, this, [this] {
        if (m_session)
            m_session->reconnect();
    });
    connect(m_top, &TopBar::readOnlyPressed, this, &MainWindow::toggleReadOnly);
    connect(m_top, &TopBar::picturePressed, this, &MainWindow::choosePictureFromMenu);
    connect(m_log, &LogPanel::closed, this, &MainWindow::showLog);
    connect(m_bottom, &BottomDock::emptied, this, &MainWindow::focusScreen);
    connect(m_navigation, &QListWidget::currentRowChanged, this, &MainWindow::navigate);
    // Arrow keys stay in the list; Enter and clicks go on to the screen.
    connect(m_navigation, &QListWidget::itemActivated, this, &MainWindow::focusScreen);
    connect(m_navigation, &QListWidget::itemClicked, this, &MainWindow::focusScreen);
}

void MainWindow::renewPages()
{
    renewTables();
    widgets::DeployController::Environment environment;
    environment.client = m_session->client();
    environment.store = m_session->stack() ? &m_session->store() : nullptr;
    environment.clock = m_environment.clock;
    environment.random = m_environment.random;
    environment.target = {m_session->context(), m_session->client()->transport().server(), {}};
    environment.journal = m_environment.journal;
    m_deploy = new widgets::DeployView(environment, deployableStacks(), this);
    m_stack->addWidget(m_deploy);
    m_stackActions->attach(*m_deploy, *m_session);
    renewMetricsPage(*m_stack, *m_session, *m_environment.clock, m_environment.journal);
    new AlertWatch(*m_session, m_topology->view());
    connect(m_deploy, &widgets::DeployView::activityChanged, this, &MainWindow::showActivity);
}

void MainWindow::showActivity(const QString &line)
{
    m_activity->setText(line);
    m_activity->setVisible(!line.isEmpty());
    m_dock->setVisible(!line.isEmpty());
}

void MainWindow::connectSession()
{
    connect(m_session.get(), &ClusterSession::topologyChanged, this, &MainWindow::refresh);
    connect(m_session.get(), &ClusterSession::connectionChanged, this, &MainWindow::refreshConnection);
}

void MainWindow::refresh()
{
    if (!m_session)
        return;
    m_topology->setTopology(pictureTitle(), m_session->topology(), m_session->images());
    QStringList names;
    for (const kube::RecordPointer &record : m_session->store().list({"", "Namespace"}))
        names.append(toQt(record->meta.name));
    m_top->setNamespaces(names);
    if (m_drawer->isVisible())
        m_drawer->refresh();
    refreshTables();
    m_objects->refresh();
    m_forwards->refresh();
}

void MainWindow::refreshConnection()
{
    if (!m_session)
        return;
    const Connection connection = m_session->connection();
    const auto age = m_session->dataAge();
    const QString problem = m_session->problem();
    m_top->setConnection(connection, age, problem);
    const bool lost =
        connection == Connection::Stale || connection == Connection::Failed || connection == Connection::Refused;
    showAsStale(lost && age ? tr("Connection lost – this is how it was %1 ago").arg(toQt(core::formatDuration(*age)))
                            : QString());
    const bool failing = lost || (connection == Connection::Connecting && !problem.isEmpty());
    if (failing)
        say(problem, true);
    else if (m_banner->isVisible() && m_banner->property("connection").toBool())
        say({}, false);
    m_banner->setProperty("connection", failing);
    if (connection != m_logged) {
        m_logged = connection;
        if (lost)
            spdlog::warn("{}: {}: {}", m_session->context().value(),
                         connection == Connection::Stale ? "connection lost" : "not connected", problem.toStdString());
        else if (connection == Connection::Live)
            spdlog::info("{}: connected to {}", m_session->context().value(),
                         m_session->client()->transport().server());
    }
}

/// What was known last loses its colours, so that nobody takes it for what is.
void MainWindow::showAsStale(const QString &why)
{
    m_topology->setStale(why);
    for (QWidget *widget : {static_cast<QWidget *>(m_table), static_cast<QWidget *>(m_drawer)}) {
        if (!widget || why.isEmpty() == (widget->graphicsEffect() == nullptr))
            continue;
        if (why.isEmpty()) {
            widget->setGraphicsEffect(nullptr);
            continue;
        }
        auto *grey = new QGraphicsColorizeEffect(widget);
        grey->setColor(widgets::Theme::colors().unsure);
        widget->setGraphicsEffect(grey);
    }
}

void MainWindow::say(const QString &text, bool alarm)
{
    widgets::setStyleProperty(*m_banner, "role", alarm ? u"alarm"_s : u"banner"_s);
    m_banner->setText(text);
    m_banner->setAccessibleName(text);
    m_banner->setVisible(!text.isEmpty());
}

void MainWindow::tell(const QString &text)
{
    constexpr int newsMs = 8'000;
    say(text, false);
    QTimer::singleShot(newsMs, this, [this, text] {
        if (m_banner->text() == text)
            say({}, false);
    });
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_session) {
        refresh();
        refreshConnection();
    }
}

} // namespace binnacle::gui

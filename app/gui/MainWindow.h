// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Logging.h"
#include "core/Random.h"
#include "gui/ClusterSession.h"
#include "gui/ContextPreferences.h"
#include "kube/Kubeconfig.h"

#include <QListWidget>
#include <QMainWindow>
#include <QPointer>
#include <QStackedWidget>

#include <filesystem>
#include <functional>
#include <set>

class QLabel;
class QSplitter;

namespace binnacle::items {
class ComponentTableModel;
class EventTableModel;
} // namespace binnacle::items
namespace binnacle::widgets {
class ConnectionChooser;
class DeployView;
class JournalView;
class ObjectDrawer;
class ObjectTableView;
class TableScreen;
class TopologyPage;
} // namespace binnacle::widgets

namespace binnacle::gui {

class ActionRegistry;
class BottomDock;
class ForwardDesk;
class LogPanel;
class ObjectActions;
class StackActions;
class TopBar;

/// What the window needs from the composition root.
struct Environment
{
    const core::Clock *clock = nullptr;
    core::Random *random = nullptr;
    const core::Log *log = nullptr; ///< may be null
    kube::KubeconfigSources kubeconfig;
    /// Name or path of the stack to show; an empty text: whatever runs in the cluster. Nothing: what the operator chose
    /// for the context, else what the cluster suggests.
    std::optional<std::string> stack;
    std::filesystem::path journal;
    QString settings; ///< a file for what the operator decides about contexts; empty: the system's place
    std::vector<std::pair<QString, QString>> scenarios; ///< id and title of the demo cluster's scenarios
    /// Starts the demo cluster anew and answers with its connection, in the caller's thread's loop.
    std::function<QFuture<core::Result<std::shared_ptr<kube::Transport>>>(const QString &scenario)> startDemo;
};

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(Environment environment, QWidget *parent = nullptr);
    ~MainWindow() override;

    void openDemo(const QString &scenario);
    void openContext(const core::ContextName &context);
    void chooseConnection();

    [[nodiscard]] ClusterSession *session() const { return m_session.get(); }
    [[nodiscard]] ActionRegistry &actions() const { return *m_actions; }
    [[nodiscard]] widgets::TopologyPage &topologyPage() const { return *m_topology; }
    void showPage(const QString &id);

protected:
    void changeEvent(QEvent *event) override;

private:
    void build();
    void addActions();
    void addViewActions();
    void addNavigation();
    using Opened = core::Result<std::shared_ptr<kube::Transport>>;
    /// Asks first when the context would run a credential plug-in that was not allowed yet.
    void openAllowed(const kube::ContextSummary &context);
    void openTransport(const kube::ContextSummary &context);
    void open(const kube::ContextSummary &context, const Opened &transport);
    void attach(const kube::ContextSummary &context, std::shared_ptr<kube::Transport> transport,
                const core::Result<Picture> &picture);
    /// @{ What is shown of a cluster (MainWindowPicture.cpp).
    [[nodiscard]] QFuture<core::Result<Picture>> pictureOf(const kube::ContextSummary &context,
                                                           const std::shared_ptr<kube::Transport> &transport) const;
    void choosePictureFromMenu();
    void showPicture(const std::optional<std::string> &wish);
    [[nodiscard]] QString pictureTitle() const;
    /// The one shown first.
    [[nodiscard]] QStringList deployableStacks() const;
    /// @}
    void toggleReadOnly();
    void setReadOnly(bool on);
    void showReadOnly();
    void renewPages();
    void connectSession();
    void navigate();
    void refresh();
    void refreshConnection();
    void showAsStale(const QString &why);
    /// @{ The drawer, and what is selected (MainWindowDetails.cpp).
    void connectDetails();
    void fetchYaml(const kube::ObjectKey &key);
    void openObject(const kube::ObjectKey &key);
    void showSubject(int page);
    void closeDrawer();
    void goBack();
    void selectInPicture();
    /// @}
    /// @{ The tables, and what the drawer does when the screen changes (MainWindowTables.cpp).
    void addTableActions();
    void renewTables();
    void addTable(widgets::TableScreen &screen);
    [[nodiscard]] widgets::TableScreen *currentTable() const;
    [[nodiscard]] std::set<core::Namespace> scope() const;
    void refreshTables();
    void showKind(const core::GroupKind &kind, const QString &title);
    void selectInTable();
    /// The drawer follows to where its object is on the new screen, else it closes.
    void adoptScreen();
    void showInTable(const kube::ObjectKey &key);
    /// @}
    void showActivity(const QString &line);
    void focusFilter();
    /// The keys go to what the screen shows.
    void focusScreen();
    void showHelp();
    void showPalette();
    void showLog();
    void cycleTheme();
    void say(const QString &text, bool alarm);
    /// Says it for a moment.
    void tell(const QString &text);

    Environment m_environment;
    ContextPreferences m_preferences;
    ActionRegistry *m_actions;
    StackActions *m_stackActions = nullptr;
    ObjectActions *m_objects = nullptr;
    ForwardDesk *m_forwards = nullptr;
    std::unique_ptr<ClusterSession> m_session;
    TopBar *m_top = nullptr;
    QListWidget *m_navigation = nullptr;
    QStackedWidget *m_stack = nullptr;
    QSplitter *m_splitter = nullptr;
    QLabel *m_banner = nullptr;
    widgets::TopologyPage *m_topology = nullptr;
    widgets::ObjectDrawer *m_drawer = nullptr;
    QWidget *m_dock = nullptr;
    QLabel *m_activity = nullptr;
    LogPanel *m_log = nullptr;
    BottomDock *m_bottom = nullptr; ///< below the screens
    QPointer<widgets::ObjectTableView> m_table;
    QPointer<widgets::TableScreen> m_components;
    QPointer<widgets::TableScreen> m_events;
    items::ComponentTableModel *m_componentModel = nullptr; ///< of m_components
    items::EventTableModel *m_eventModel = nullptr;         ///< of m_events
    QPointer<widgets::DeployView> m_deploy;
    QPointer<widgets::JournalView> m_journal;
    QPointer<widgets::ConnectionChooser> m_chooser;
    QTimer m_second; ///< ages what is shown
    QString m_scope;
    kube::ContextSummary m_context;               ///< of the session
    std::shared_ptr<kube::Transport> m_transport; ///< of the session, without its read-only guard
    int m_opening = 0;                            ///< of the connections being opened: an older one is given up
    std::optional<Connection> m_logged;
    core::CancellationSource m_fetching;
};

} // namespace binnacle::gui

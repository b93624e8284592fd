// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Mnemonics.h"
#include "binnacle/DemoCluster.h"
#include "core/WhenFinished.h"
#include "gui/ActionRegistry.h"
#include "gui/ClusterSession.h"
#include "gui/MainWindow.h"
#include "kube/Client.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QDialog>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

/// The window that the program shows, against the demo cluster that the program starts. For QTest programs.
namespace binnacle::tests {

constexpr int patience = 15'000;

using TransportPointer = std::shared_ptr<kube::Transport>;

/// Replaces what the editor holds by keyboard.
inline void type(QLineEdit &editor, const QString &text)
{
    editor.setFocus();
    editor.selectAll();
    QTest::keyClick(&editor, Qt::Key_Delete);
    QTest::keyClicks(&editor, text);
}

/// For the eyes: as NAME.png into the folder that BINNACLE_SCREENSHOTS names, where it names one. What is looked at can
/// be worked by keyboard too.
inline void picture(QWidget &widget, const QString &name)
{
    if (qobject_cast<QDialog *>(&widget) != nullptr)
        QCOMPARE(ambiguousMnemonics(widget).join(QLatin1Char('\n')), QString());
    const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS");
    if (folder.isEmpty())
        return;
    QTest::qWait(200); // until all of it is laid out
    QVERIFY(widget.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png")));
}

class WindowFixture
{
public:
    /// `wrap` may put something between the window and the demo cluster. `stack`: the folder of the one to show.
    explicit WindowFixture(std::function<TransportPointer(TransportPointer)> wrap = {},
                           std::optional<std::string> stack = {})
    {
        // As in the program; BINNACLE_THEME=dark shows it dark.
        widgets::Theme::apply(
            *qApp, widgets::Theme::fromName(qEnvironmentVariable("BINNACLE_THEME", QStringLiteral("light"))));
        gui::Environment environment;
        environment.stack = std::move(stack);
        environment.clock = &m_clock;
        environment.random = &m_random;
        environment.journal = m_folder.filePath(QStringLiteral("journal.sqlite")).toStdString();
        environment.settings = m_folder.filePath(QStringLiteral("settings.ini"));
        environment.scenarios = gui::DemoCluster::scenarios();
        environment.startDemo = [this, wrap = std::move(wrap)](const QString &scenario) {
            return m_demo.start(scenario).then(
                [wrap](const core::Result<TransportPointer> &transport) -> core::Result<TransportPointer> {
                    return transport && wrap ? core::Result<TransportPointer>(wrap(*transport)) : transport;
                });
        };
        m_window = std::make_unique<gui::MainWindow>(std::move(environment));
        m_window->show();
    }

    [[nodiscard]] gui::MainWindow &window() const { return *m_window; }
    [[nodiscard]] QAction &action(const char *id) const
    {
        QAction *found = m_window->actions().find(QLatin1String(id));
        Q_ASSERT(found != nullptr);
        return *found;
    }
    template <typename Widget = QWidget>
    [[nodiscard]] Widget *find(const char *name) const
    {
        return m_window->findChild<Widget *>(QLatin1String(name));
    }
    [[nodiscard]] std::filesystem::path journal() const
    {
        return m_folder.filePath(QStringLiteral("journal.sqlite")).toStdString();
    }
    /// The object as the cluster has it; null: it has none.
    [[nodiscard]] core::Json live(const kube::ObjectKey &key) const
    {
        auto future = m_window->session()->client()->get(key);
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, patience) || !future.result())
            return {};
        return *future.result();
    }
    [[nodiscard]] const core::Clock &clock() const { return m_clock; }

    /// Connects, and waits until everything has been listed and is well. False: it took too long.
    [[nodiscard]] bool open(const char *scenario) const
    {
        m_window->openDemo(QLatin1String(scenario));
        return QTest::qWaitFor(
            [this] {
                const auto *session = m_window->session();
                return session && session->connection() == gui::Connection::Live;
            },
            patience);
    }
    [[nodiscard]] bool openHealthy() const
    {
        return open("healthy") && QTest::qWaitFor(
                                      [this] {
                                          const auto &components = m_window->session()->topology().components;
                                          return !components.empty() &&
                                                 std::all_of(components.begin(), components.end(), isWell);
                                      },
                                      patience);
    }

private:
    static bool isWell(const stack::ComponentState &component)
    {
        return component.health.state == cluster::HealthState::Healthy ||
               component.health.state == cluster::HealthState::Suspended;
    }

    QTemporaryDir m_folder;
    core::SystemClock m_clock;
    core::SystemRandom m_random;
    gui::DemoCluster m_demo;
    std::unique_ptr<gui::MainWindow> m_window;
};

} // namespace binnacle::tests

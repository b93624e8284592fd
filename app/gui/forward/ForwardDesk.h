// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "gui/forward/SavedForwards.h"
#include "widgets/forward/ForwardsScreen.h"

#include <QPointer>

#include <optional>

class QMainWindow;
class QToolButton;

namespace binnacle::items {
class ForwardTableModel;
}

namespace binnacle::gui {

class ClusterSession;
class ForwardService;

/// Brings together which forwards run, which are saved and which the cluster's services suggest: the screen's rows, the
/// indicator in the status bar, and what the screen's buttons do.
class ForwardDesk : public QObject
{
    Q_OBJECT

public:
    /// `file`: of the saved forwards. `clock` outlives it.
    ForwardDesk(const core::Clock &clock, const QString &file, QMainWindow &window);
    ~ForwardDesk() override;

    [[nodiscard]] widgets::ForwardsScreen &screen() const { return *m_screen; }
    /// nullptr: no cluster any more. Starts what is to be started on connect.
    void attach(ClusterSession *session);
    /// The cluster has changed: other services may suggest themselves.
    void refresh();

signals:
    void screenWanted();
    void reported(const QString &text, bool failed);

private:
    using Intent = widgets::ForwardsScreen::Intent;

    void act(Intent intent, const std::string &id);
    void ask(const std::vector<forward::ForwardRequest> &requests, bool save, bool startOnConnect);
    void start(const forward::ForwardRequest &request);
    void keep(const forward::ForwardRequest &request, bool startOnConnect);
    void report(const core::Result<void> &result);
    void open(const forward::ForwardSnapshot &forward, bool inBrowser);
    void refreshIndicator();
    [[nodiscard]] ForwardPlace place() const;

    SavedForwards m_saved;
    std::string m_awaited; ///< to be selected as soon as it has a row
    QPointer<ClusterSession> m_session;
    items::ForwardTableModel *m_model;
    QPointer<widgets::ForwardsScreen> m_screen;
    QPointer<QToolButton> m_indicator;
};

} // namespace binnacle::gui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forward/ForwardDesk.h"

#include "forward/ForwardTarget.h"
#include "forward/SuggestedForwards.h"
#include "gui/ClusterSession.h"
#include "gui/forward/ForwardService.h"
#include "items/ForwardTableModel.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QMainWindow>
#include <QStatusBar>
#include <QToolButton>
#include <QUrl>

#include <map>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using forward::ForwardPhase;
using items::ForwardRow;
using widgets::toQt;

namespace {

const core::GroupKind serviceKind{"", "Service"};

bool isRunning(const ForwardRow &row)
{
    return row.forward.phase != ForwardPhase::Stopped;
}

/// By the numbers that HTTPS has.
bool speaksTls(const forward::ForwardRequest &request)
{
    return request.port.remote == "443" || request.port.remote == "8443" || request.port.remote == "https";
}

} // namespace

ForwardDesk::ForwardDesk(const core::Clock &clock, const QString &file, QMainWindow &window)
    : QObject(&window),
      m_saved(file),
      m_model(new items::ForwardTableModel(clock, this)),
      m_screen(new widgets::ForwardsScreen(*m_model, &window)),
      m_indicator(new QToolButton(&window))
{
    m_indicator->setObjectName(u"forwardIndicator"_s);
    m_indicator->setAutoRaise(true);
    m_indicator->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_indicator->setIcon(widgets::themedIcon(u"connect"_s));
    window.statusBar()->setObjectName(u"statusBar"_s);
    window.statusBar()->setSizeGripEnabled(false);
    window.statusBar()->addPermanentWidget(m_indicator);
    connect(m_indicator, &QToolButton::clicked, this, &ForwardDesk::screenWanted);
    connect(m_screen, &widgets::ForwardsScreen::wanted, this, &ForwardDesk::act);
    refreshIndicator();
}

ForwardDesk::~ForwardDesk() = default;

ForwardPlace ForwardDesk::place() const
{
    return {m_session->context().value(), m_session->stack() ? m_session->stack()->name : std::string()};
}

void ForwardDesk::attach(ClusterSession *session)
{
    m_session = session;
    refresh();
    if (!session)
        return;
    auto &service = session->forwards();
    connect(&service, &ForwardService::changed, this, &ForwardDesk::refresh);
    connect(&service, &ForwardService::asked, this, &ForwardDesk::ask);
    for (const auto &saved : m_saved.of(place()))
        if (saved.startsOnConnect)
            service.add(saved.request);
}

void ForwardDesk::refresh()
{
    std::map<std::string, ForwardRow> rows;
    const auto rowOf = [&rows](const forward::ForwardRequest &request) -> ForwardRow & {
        const auto id = items::forwardId(request);
        auto &row = rows[id];
        if (row.id.empty()) {
            row.id = id;
            row.forward.request = request;
        }
        return row;
    };
    if (m_session) {
        for (const auto &saved : m_saved.of(place())) {
            auto &row = rowOf(saved.request);
            row.saved = true;
            row.startsOnConnect = saved.startsOnConnect;
        }
        for (const auto &snapshot : m_session->forwards().snapshots())
            rowOf(snapshot.request).forward = snapshot;
        for (const auto &suggested : forward::suggestedForwards(m_session->store().list(serviceKind)))
            (void)rowOf(suggested);
    }
    std::vector<ForwardRow> wanted;
    for (auto &[id, row] : rows)
        wanted.push_back(std::move(row));
    m_model->setRows(std::move(wanted));
    if (m_model->rowOf(m_awaited) >= 0)
        m_screen->select(std::exchange(m_awaited, {}));
    refreshIndicator();
}

void ForwardDesk::refreshIndicator()
{
    int active = 0;
    int troubled = 0;
    for (int at = 0; at < m_model->rowCount(); ++at) {
        const ForwardRow &row = m_model->row(at);
        active += row.forward.phase == ForwardPhase::Active ? 1 : 0;
        troubled += isRunning(row) && row.forward.phase != ForwardPhase::Active ? 1 : 0;
    }
    QString text = active == 1 ? tr("1 forward active") : tr("%1 forwards active").arg(active);
    if (troubled > 0)
        text = tr("%1, %2 not").arg(text).arg(troubled);
    m_indicator->setText(text);
    m_indicator->setAccessibleName(text);
    m_indicator->setToolTip(tr("Shows the forwards"));
    if (auto *window = qobject_cast<QMainWindow *>(parent()))
        window->statusBar()->setVisible(active + troubled > 0);
}

void ForwardDesk::start(const forward::ForwardRequest &request)
{
    // One forward for each port of a target: the one that is there is started again.
    const int known = m_model->rowOf(items::forwardId(request));
    const int id = known < 0 ? 0 : m_model->row(known).forward.id;
    if (id == 0 || m_model->row(known).forward.request != request) {
        if (id != 0)
            m_session->forwards().remove(id);
        m_session->forwards().add(request);
    } else {
        m_session->forwards().start(id);
    }
}

void ForwardDesk::ask(const std::vector<forward::ForwardRequest> &requests, bool save, bool startOnConnect)
{
    for (const auto &request : requests) {
        start(request);
        if (save)
            keep(request, startOnConnect);
    }
    if (requests.empty())
        return;
    m_awaited = items::forwardId(requests.front());
    refresh();
    emit screenWanted();
}

void ForwardDesk::keep(const forward::ForwardRequest &request, bool startOnConnect)
{
    report(m_saved.keep({place(), request, startOnConnect}));
}

void ForwardDesk::report(const core::Result<void> &result)
{
    if (!result)
        emit reported(toQt(result.error().describe()), true);
}

void ForwardDesk::open(const forward::ForwardSnapshot &forward, bool inBrowser)
{
    const QString address = u"localhost:%1"_s.arg(forward.localPort);
    if (inBrowser) {
        QDesktopServices::openUrl(QUrl((speaksTls(forward.request) ? u"https://"_s : u"http://"_s) + address));
        return;
    }
    QGuiApplication::clipboard()->setText(address);
    emit reported(tr("Copied: %1").arg(address), false);
}

void ForwardDesk::act(Intent intent, const std::string &id)
{
    const int at = m_model->rowOf(id);
    if (at < 0 || !m_session)
        return;
    const ForwardRow row = m_model->row(at);
    auto &service = m_session->forwards();
    // The address that the operator has got used to.
    auto kept = row.forward.request;
    if (row.forward.localPort != 0)
        kept.port.local = row.forward.localPort;
    switch (intent) {
    case Intent::Start:
    case Intent::Restart:
        start(row.forward.request);
        break;
    case Intent::Stop:
        service.stop(row.forward.id);
        break;
    case Intent::CopyAddress:
    case Intent::OpenInBrowser:
        open(row.forward, intent == Intent::OpenInBrowser);
        break;
    case Intent::Save:
        keep(kept, false);
        break;
    case Intent::StartOnConnect:
        keep(kept, !row.startsOnConnect);
        break;
    case Intent::Forget:
        if (row.forward.id != 0)
            service.remove(row.forward.id);
        if (row.saved)
            report(m_saved.forget(place(), row.forward.request));
        break;
    }
    refresh();
}

} // namespace binnacle::gui

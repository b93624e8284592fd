// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/terminal/TerminalPage.h"

#include "widgets/terminal/TerminalView.h"
#include "widgets/theme/StyleProperty.h"
#include "widgets/theme/Text.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;
using terminal::TerminalSession;

namespace {

constexpr qint64 feedingTime = 6; ///< milliseconds between two looks at the event queue
constexpr std::size_t takenAtOnce = 64 * 1024;
/// Some hundred bytes may scroll a large screen as many times, which is what takes the time.
constexpr std::size_t fedAtOnce = 512;

} // namespace

TerminalPage::TerminalPage(std::shared_ptr<kube::Transport> transport, Target target, const QStringList &containers,
                           QWidget *parent)
    : QWidget(parent), m_transport(std::move(transport)), m_target(std::move(target))
{
    setObjectName(u"terminalPage"_s);
    build(containers);
    connectView();
    m_more.setSingleShot(true);
    m_more.setInterval(0);
    connect(&m_more, &QTimer::timeout, this, &TerminalPage::feed);
    open();
}

TerminalPage::~TerminalPage() = default;

void TerminalPage::build(const QStringList &containers)
{
    m_view = new TerminalView(this);
    m_view->setAccessibleName(tr("Terminal in %1").arg(caption()));
    m_view->setToolTip(tr("Ctrl+Shift+C copies, Ctrl+Shift+V pastes, Ctrl+Shift+O goes back to the screen, "
                          "Ctrl+Shift+W closes the tab, Shift with the mouse selects where a program wants the mouse"));
    m_status = new QLabel(this);
    m_status->setObjectName(u"terminalStatus"_s);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_pasting = new QLabel(this);
    m_pasting->setObjectName(u"terminalPasting"_s);
    m_cancelPaste = new QPushButton(tr("Stop pasting"), this);
    m_cancelPaste->setObjectName(u"terminalCancelPaste"_s);
    m_container = new QComboBox(this);
    m_container->setObjectName(u"terminalContainer"_s);
    m_container->setAccessibleName(tr("Container"));
    m_container->setToolTip(tr("Opens a terminal in another container of this pod"));
    m_container->addItems(containers);
    m_container->setCurrentText(toQt(m_target.container));
    m_container->setVisible(containers.size() > 1);
    m_reconnect = new QPushButton(tr("Connect again"), this);
    m_reconnect->setObjectName(u"terminalReconnect"_s);
    m_copy = new QPushButton(tr("Copy files…"), this);
    m_copy->setObjectName(u"terminalCopyFiles"_s);
    m_copy->setToolTip(tr("Copies files into this container or out of it"));
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    bar->addWidget(m_status, 1);
    bar->addWidget(m_pasting);
    bar->addWidget(m_cancelPaste);
    bar->addWidget(m_container);
    bar->addWidget(m_copy);
    bar->addWidget(m_reconnect);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_view, 1);
    setFocusProxy(m_view);
    connect(m_copy, &QPushButton::clicked, this, &TerminalPage::copyWanted);
    connect(m_reconnect, &QPushButton::clicked, this, &TerminalPage::reconnect);
    connect(m_cancelPaste, &QPushButton::clicked, this, [this] {
        m_session->cancelPaste();
        m_view->setFocus();
    });
    connect(m_container, &QComboBox::textActivated, this, [this](const QString &container) {
        m_container->setCurrentText(toQt(m_target.container));
        if (container != toQt(m_target.container))
            emit containerWanted(container);
    });
}

void TerminalPage::connectView()
{
    connect(m_view, &TerminalView::typed, this, [this](const QByteArray &bytes) {
        constexpr char interrupt = 3;
        if (bytes.size() == 1 && bytes.front() == interrupt)
            m_session->cancelPaste(); // else it would come after all of it
        m_session->write(bytes.toStdString());
    });
    connect(m_view, &TerminalView::pasted, this,
            [this](const QString &text) { m_session->paste(text, m_view->screen().pasteBrackets()); });
    connect(m_view, &TerminalView::resized, this, [this](int columns, int rows) { m_session->resize(columns, rows); });
    connect(m_view, &TerminalView::titleChanged, this, [this](const QString &title) {
        m_title = title;
        refresh();
    });
    connect(m_view, &TerminalView::leaveWanted, this, &TerminalPage::leaveWanted);
    connect(m_view, &TerminalView::closeWanted, this, &TerminalPage::closeWanted);
    connect(m_view, &TerminalView::reconnectWanted, this, [this] {
        if (m_session->state() == TerminalSession::State::Ended)
            reconnect();
    });
}

void TerminalPage::open()
{
    m_isEndSaid = false;
    m_session = std::make_unique<TerminalSession>(m_transport, m_target);
    connect(m_session.get(), &TerminalSession::arrived, this, &TerminalPage::feed);
    connect(m_session.get(), &TerminalSession::stateChanged, this, &TerminalPage::stateChanged);
    connect(m_session.get(), &TerminalSession::pasteProgressed, this, &TerminalPage::refresh);
    m_session->start(m_view->screen().columns(), m_view->screen().rows());
    refresh();
}

void TerminalPage::reconnect()
{
    m_bytes.clear();
    m_fed = 0;
    m_view->setConnected(false);
    open();
    m_view->setFocus();
}

void TerminalPage::stateChanged()
{
    if (m_session->state() == TerminalSession::State::Connected)
        m_view->setConnected(true);
    feed();
    refresh();
}

/// As much as there is time for; the rest after the events that have come in the meantime.
void TerminalPage::feed()
{
    QElapsedTimer time;
    time.start();
    while (time.elapsed() < feedingTime) {
        if (m_fed == m_bytes.size()) {
            m_bytes = m_session->take(takenAtOnce);
            m_fed = 0;
        }
        if (m_bytes.empty())
            break;
        const auto piece = std::string_view(m_bytes).substr(m_fed, fedAtOnce);
        m_view->feed(piece);
        m_fed += piece.size();
    }
    if (m_fed < m_bytes.size() || m_session->hasOutput()) {
        m_more.start();
        return;
    }
    if (m_session->state() == TerminalSession::State::Ended && !m_isEndSaid) {
        m_isEndSaid = true;
        m_view->setConnected(false);
        m_view->say(endText() + u' ' + tr("Enter connects again."));
        refresh();
    }
}

QString TerminalPage::endText() const
{
    const auto &result = *m_session->result();
    if (!result)
        return toQt(result.error().describe());
    if (m_target.kind == kube::PodStreamKind::Attach)
        return tr("The program ended with %1.").arg(*result);
    return tr("The shell ended with %1.").arg(*result);
}

QString TerminalPage::stateText() const
{
    QString place = tr("pod %1").arg(toQt(m_target.nameSpace.value() + '/' + m_target.pod));
    if (!m_target.container.empty())
        place = tr("container %1 of %2").arg(toQt(m_target.container), place);
    switch (m_session->state()) {
    case TerminalSession::State::Connecting:
        return tr("Connecting to %1…").arg(place);
    case TerminalSession::State::Connected:
        return m_title.isEmpty() ? tr("Connected to %1").arg(place) : tr("Connected to %1 – %2").arg(place, m_title);
    case TerminalSession::State::Ended:
        break;
    }
    return endText();
}

QString TerminalPage::caption() const
{
    QString text = toQt(m_target.pod);
    if (!m_target.container.empty())
        text += u" · "_s + toQt(m_target.container);
    if (m_session && m_session->state() == TerminalSession::State::Ended)
        text = tr("%1 (ended)").arg(text);
    return text;
}

void TerminalPage::refresh()
{
    const bool ended = m_session->state() == TerminalSession::State::Ended;
    const QString text = stateText();
    const bool failed = ended && (!*m_session->result() || **m_session->result() != 0);
    setStyleProperty(*m_status, "role", failed ? u"error"_s : u"muted"_s);
    m_status->setText(text);
    m_status->setToolTip(text);
    m_reconnect->setVisible(ended);
    const terminal::PasteQueue &paste = m_session->pasting();
    m_pasting->setVisible(!paste.isEmpty());
    m_cancelPaste->setVisible(!paste.isEmpty());
    if (!paste.isEmpty()) {
        const QLocale locale;
        m_pasting->setText(tr("Pasting: %1 of %2")
                               .arg(locale.formattedDataSize(paste.done()), locale.formattedDataSize(paste.size())));
    }
    emit captionChanged(caption());
}

} // namespace binnacle::widgets

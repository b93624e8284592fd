// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/TerminalSession.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <string>

class QComboBox;
class QLabel;
class QPushButton;

namespace binnacle::widgets {

class TerminalView;

/// One session in a container: its terminal, what state it is in, how it ended, and the way back in.
class TerminalPage : public QWidget
{
    Q_OBJECT

public:
    using Target = terminal::TerminalSession::Target;

    /// `containers`: those of the pod that run, to open another session in.
    TerminalPage(std::shared_ptr<kube::Transport> transport, Target target, const QStringList &containers,
                 QWidget *parent = nullptr);
    ~TerminalPage() override;

    [[nodiscard]] TerminalView &view() const { return *m_view; }
    [[nodiscard]] const terminal::TerminalSession &session() const { return *m_session; }
    [[nodiscard]] const Target &target() const { return m_target; }
    /// "backend-5d9 · app", and whether it has ended.
    [[nodiscard]] QString caption() const;
    void reconnect();

signals:
    void captionChanged(const QString &caption);
    void leaveWanted();
    void closeWanted();
    /// A session in another container of the same pod.
    void containerWanted(const QString &container);
    /// To copy files into this container or out of it.
    void copyWanted();

private:
    void build(const QStringList &containers);
    void connectView();
    void open();
    void stateChanged();
    void feed();
    void refresh();
    [[nodiscard]] QString stateText() const;
    [[nodiscard]] QString endText() const;

    std::shared_ptr<kube::Transport> m_transport;
    Target m_target;
    std::unique_ptr<terminal::TerminalSession> m_session;
    std::string m_bytes; ///< taken from the session, and up to m_fed in the view
    std::size_t m_fed = 0;
    QTimer m_more;
    bool m_isEndSaid = false;
    QString m_title; ///< that the program gave itself
    TerminalView *m_view = nullptr;
    QLabel *m_status = nullptr;
    QLabel *m_pasting = nullptr;
    QPushButton *m_cancelPaste = nullptr;
    QComboBox *m_container = nullptr;
    QPushButton *m_reconnect = nullptr;
    QPushButton *m_copy = nullptr;
};

} // namespace binnacle::widgets

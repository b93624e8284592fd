// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "kube/PodExec.h"
#include "kube/Transport.h"
#include "terminal/PasteQueue.h"

#include <QObject>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::terminal {

/// A program in a container that has a terminal, and our end of it, with back-pressure both ways: neither a program
/// that writes without end nor a large paste into a slow one makes memory grow. Lives in one thread.
class TerminalSession : public QObject
{
    Q_OBJECT

public:
    enum class State { Connecting, Connected, Ended };
    struct Target
    {
        kube::PodStreamKind kind = kube::PodStreamKind::Exec;
        core::Namespace nameSpace;
        std::string pod;
        std::string container;
        /// Of exec: tried one after the other until one is there.
        std::vector<std::vector<std::string>> commands;
    };

    TerminalSession(std::shared_ptr<kube::Transport> transport, Target target, QObject *parent = nullptr);
    ~TerminalSession() override;

    void start(int columns, int rows);
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const Target &target() const { return m_target; }
    /// When ended: the program's exit status, or why it was lost.
    [[nodiscard]] const std::optional<core::Result<int>> &result() const { return m_result; }
    /// What the program wrote, at most so many bytes of it. Once the session has ended there may still be some.
    [[nodiscard]] std::string take(std::size_t most);
    [[nodiscard]] bool hasOutput() const;
    void write(std::string bytes);
    /// Goes out as fast as the program takes it.
    void paste(const QString &text, const std::pair<std::string, std::string> &brackets);
    void cancelPaste();
    [[nodiscard]] const PasteQueue &pasting() const { return m_paste; }
    void resize(int columns, int rows);
    /// Hangs up.
    void close();

signals:
    /// take() has something.
    void arrived();
    void stateChanged();
    void pasteProgressed();

private:
    class Listener;
    struct Shared;

    void open();
    void look();
    void pump();
    void end(core::Result<int> result);
    [[nodiscard]] bool hasSpoken() const;

    std::shared_ptr<kube::Transport> m_transport;
    Target m_target;
    std::shared_ptr<Shared> m_shared; ///< with the stream of now
    core::CancellationSource m_cancel;
    State m_state = State::Connecting;
    std::optional<core::Result<int>> m_result;
    PasteQueue m_paste;
    std::pair<int, int> m_size{80, 24};
    std::size_t m_command = 0;
};

} // namespace binnacle::terminal

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Http.h"
#include "simulator/pods/Containers.h"
#include "simulator/pods/LineDiscipline.h"
#include "simulator/shell/Process.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace binnacle::simulator {

struct ExecRequest
{
    std::vector<std::string> command;
    bool input = false;
    bool output = false;
    bool errors = false;
    bool terminal = false; ///< errors come with the output
};

/// One command in a container over v4.channel.k8s.io or v5.channel.k8s.io. The command runs in a thread of its own,
/// where it may wait for input; what it does to the cluster, and what it says, happens in the server's thread.
class ExecSession final : public MessageHandler, public Machine, public std::enable_shared_from_this<ExecSession>
{
public:
    ExecSession(ClusterState &state, ContainerPointer container, ExecRequest request);
    ~ExecSession() override;

    void opened(std::shared_ptr<MessageSocket> socket) override;
    void received(std::string message) override;
    void closed() override;

    void inCluster(const std::function<void(ClusterState &)> &task) override;
    void sleep(std::chrono::milliseconds time) override;

private:
    class Standard;
    class Channel;

    void run();
    [[nodiscard]] std::string status(std::optional<int> exitStatus) const;
    [[nodiscard]] static std::optional<int> runToItsEnd(Process &process);
    std::optional<char> nextInput();
    void type(std::string_view keys);
    void say(char channel, const std::string &text);
    void checkInterrupts();
    void post(std::function<void(MessageSocket &)> task);
    void kill();

    ClusterState &m_state;
    ContainerPointer m_container;
    ExecRequest m_request;
    std::shared_ptr<MessageSocket> m_socket;
    std::thread m_thread;

    std::mutex m_mutex; ///< of what follows
    std::condition_variable m_changed;
    std::deque<char> m_input;
    bool m_inputClosed = false;
    bool m_killed = false;
    bool m_interrupted = false;
    LineDiscipline m_terminal; ///< where there is one
};

} // namespace binnacle::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/ExecSession.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr char inputChannel = 0;
constexpr char outputChannel = 1;
constexpr char errorChannel = 2;
constexpr char statusChannel = 3;
constexpr char closeChannel = static_cast<char>(255);

} // namespace

class ExecSession::Standard final : public Input
{
public:
    explicit Standard(ExecSession &session) : m_session(session) {}
    std::optional<char> next() override { return m_session.nextInput(); }
    [[nodiscard]] bool isTerminal() const override { return m_session.m_request.terminal; }

private:
    ExecSession &m_session;
};

class ExecSession::Channel final : public Output
{
public:
    Channel(ExecSession &session, char channel, bool open) : m_session(session), m_channel(channel), m_open(open) {}
    void write(std::string_view text) override
    {
        if (m_open)
            m_session.say(m_channel, m_session.m_request.terminal ? LineDiscipline::shown(text) : std::string(text));
    }

private:
    ExecSession &m_session;
    char m_channel;
    bool m_open;
};

ExecSession::ExecSession(ClusterState &state, ContainerPointer container, ExecRequest request)
    : m_state(state), m_container(std::move(container)), m_request(std::move(request)), m_inputClosed(!m_request.input)
{
}

ExecSession::~ExecSession()
{
    kill();
}

void ExecSession::opened(std::shared_ptr<MessageSocket> socket)
{
    m_socket = std::move(socket);
    m_socket->send(std::string(1, outputChannel)); // as real servers begin
    m_thread = std::thread([this] { run(); });
}

void ExecSession::received(std::string message)
{
    const std::lock_guard lock(m_mutex);
    if (message.size() == 2 && message[0] == closeChannel && message[1] == inputChannel)
        m_inputClosed = true;
    else if (message.size() > 1 && message[0] == inputChannel && !m_inputClosed && m_request.terminal)
        type(std::string_view(message).substr(1));
    else if (message.size() > 1 && message[0] == inputChannel && !m_inputClosed)
        m_input.insert(m_input.end(), message.begin() + 1, message.end());
    m_changed.notify_all();
}

/// With the lock held, in the server's thread: what is posted from there may come after what the program says to it.
void ExecSession::type(std::string_view keys)
{
    const auto effect = m_terminal.type(keys);
    if (!effect.shown.empty() && m_socket)
        m_socket->send(outputChannel + effect.shown);
    if (effect.interrupts)
        m_input.clear();
    m_interrupted = m_interrupted || effect.interrupts;
    m_input.insert(m_input.end(), effect.input.begin(), effect.input.end());
    m_inputClosed = m_inputClosed || effect.ends;
}

void ExecSession::say(char channel, const std::string &text)
{
    post([message = channel + text](MessageSocket &socket) { socket.send(message); });
}

/// With the lock held.
void ExecSession::checkInterrupts()
{
    if (m_killed)
        throw Killed();
    if (std::exchange(m_interrupted, false))
        throw Interrupted();
}

void ExecSession::closed()
{
    kill();
    m_socket.reset();
}

void ExecSession::kill()
{
    {
        const std::lock_guard lock(m_mutex);
        m_killed = true;
        m_changed.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
}

std::optional<char> ExecSession::nextInput()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_killed || m_interrupted || m_inputClosed || !m_input.empty(); });
    checkInterrupts();
    if (m_input.empty())
        return std::nullopt;
    const char c = m_input.front();
    m_input.pop_front();
    return c;
}

void ExecSession::sleep(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, time, [this] { return m_killed || m_interrupted; });
    checkInterrupts();
}

void ExecSession::inCluster(const std::function<void(ClusterState &)> &task)
{
    // Shared with a task that may still be waiting when the session has ended.
    struct Turn
    {
        bool done = false;
        bool abandoned = false;
    };
    const auto turn = std::make_shared<Turn>();
    post([this, turn, &task](MessageSocket &) {
        const std::lock_guard lock(m_mutex);
        if (turn->abandoned)
            return;
        task(m_state);
        turn->done = true;
        m_changed.notify_all();
    });
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return turn->done || m_killed; });
    if (!turn->done) {
        turn->abandoned = true;
        throw Killed();
    }
}

/// In the server's thread, while the connection is there.
void ExecSession::post(std::function<void(MessageSocket &)> task)
{
    m_socket->post([weak = weak_from_this(), task = std::move(task)] {
        const auto self = weak.lock();
        if (self && self->m_socket)
            task(*self->m_socket);
    });
}

std::optional<int> ExecSession::runToItsEnd(Process &process)
{
    try {
        return runProgram(process);
    } catch (const Interrupted &) {
        constexpr int interruptedStatus = 130;
        return interruptedStatus;
    }
}

void ExecSession::run()
{
    const auto output = std::make_shared<Channel>(*this, outputChannel, m_request.output);
    const std::shared_ptr<Output> errors =
        m_request.terminal ? output : std::make_shared<Channel>(*this, errorChannel, m_request.errors);
    Process process{m_request.command,
                    m_container->environment,
                    {std::make_shared<Standard>(*this), output, errors},
                    *this,
                    *m_container};
    try {
        const auto exitStatus = runToItsEnd(process);
        post([text = status(exitStatus)](MessageSocket &socket) {
            socket.send(statusChannel + text);
            socket.close();
        });
    } catch (const Killed &) {
        return; // nobody listens any more
    }
}

/// The server's last word on the command.
std::string ExecSession::status(std::optional<int> exitStatus) const
{
    Json status = {{"metadata", Json::object()}, {"status", "Success"}};
    if (!exitStatus) {
        const std::string &program = m_request.command.front();
        const std::string message =
            "error executing command in container: OCI runtime exec failed: exec failed: unable to start container "
            "process: exec: \"" +
            program +
            (program.find('/') == std::string::npos ? "\": executable file not found in $PATH: unknown"
                                                    : "\": stat " + program + ": no such file or directory: unknown");
        status.update({{"status", "Failure"},
                       {"message", message},
                       {"reason", "InternalError"},
                       {"details", {{"causes", {{{"message", message}}}}}},
                       {"code", 500}});
    } else if (*exitStatus != 0) {
        const std::string code = std::to_string(*exitStatus);
        status.update({{"status", "Failure"},
                       {"message", "command terminated with non-zero exit code: exit status " + code},
                       {"reason", "NonZeroExitCode"},
                       {"details", {{"causes", {{{"reason", "ExitCode"}, {"message", code}}}}}}});
    }
    return status.dump();
}

} // namespace binnacle::simulator

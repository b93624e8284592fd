// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/TerminalSession.h"

#include "terminal/Shells.h"

#include <algorithm>
#include <functional>
#include <mutex>

namespace binnacle::terminal {

namespace {

constexpr std::size_t mostWaiting = 1U << 20; ///< bytes of output; then the stream is not read
constexpr std::size_t fewWaiting = 1U << 18;  ///< when it is read again
constexpr std::size_t mostQueued = 64U << 10; ///< bytes of a paste that wait to be sent
constexpr qsizetype pieceOfPaste = 16 * 1024; ///< characters
constexpr qsizetype piecesBetweenEvents = 4;

} // namespace

/// What the stream's thread and the owner share.
struct TerminalSession::Shared
{
    std::mutex mutex;
    std::function<void(void (TerminalSession::*)())> wake; ///< calls in the owner's thread; none: it has gone
    std::shared_ptr<kube::PodStream> stream;
    std::string output;
    std::size_t taken = 0; ///< of output
    std::optional<core::Result<int>> result;
    bool isHeld = false;
    bool hasSpoken = false; ///< the program wrote something
    bool isWoken = false;
    bool isPumped = false;

    void look()
    {
        if (!std::exchange(isWoken, true) && wake)
            wake(&TerminalSession::look);
    }
    [[nodiscard]] std::size_t waiting() const { return output.size() - taken; }
};

class TerminalSession::Listener final : public kube::PodStreamListener
{
public:
    explicit Listener(std::shared_ptr<Shared> shared) : m_shared(std::move(shared)) {}

    void started(const std::shared_ptr<kube::PodStream> &stream) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->stream = stream;
        m_shared->look();
    }
    void output(kube::PodOutput, std::string_view bytes) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->hasSpoken = true;
        m_shared->output.append(bytes);
        if (m_shared->waiting() > mostWaiting && !m_shared->isHeld) {
            m_shared->isHeld = true;
            m_shared->stream->setReading(false);
        }
        m_shared->look();
    }
    void drained() override
    {
        const std::scoped_lock lock(m_shared->mutex);
        if (!std::exchange(m_shared->isPumped, true) && m_shared->wake)
            m_shared->wake(&TerminalSession::pump);
    }
    void finished(core::Result<int> exitStatus) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->result = std::move(exitStatus);
        m_shared->look();
    }

private:
    std::shared_ptr<Shared> m_shared;
};

TerminalSession::TerminalSession(std::shared_ptr<kube::Transport> transport, Target target, QObject *parent)
    : QObject(parent), m_transport(std::move(transport)), m_target(std::move(target))
{
}

TerminalSession::~TerminalSession()
{
    if (m_shared) {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->wake = {};
    }
    m_cancel.cancel();
}

void TerminalSession::start(int columns, int rows)
{
    m_size = {columns, rows};
    open();
}

void TerminalSession::open()
{
    if (m_shared) {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->wake = {};
    }
    m_shared = std::make_shared<Shared>();
    m_shared->wake = [this](void (TerminalSession::*what)()) {
        QMetaObject::invokeMethod(this, what, Qt::QueuedConnection);
    };
    kube::PodStreamRequest request;
    request.kind = m_target.kind;
    request.nameSpace = m_target.nameSpace;
    request.pod = m_target.pod;
    request.container = m_target.container;
    if (m_command < m_target.commands.size())
        request.command = m_target.commands[m_command];
    request.input = true;
    request.terminal = true;
    kube::startPodStream(*m_transport, request, std::make_shared<Listener>(m_shared), m_cancel.token());
}

void TerminalSession::look()
{
    std::optional<core::Result<int>> result;
    bool hasStarted = false;
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->isWoken = false;
        result = m_shared->result;
        hasStarted = m_shared->stream != nullptr;
    }
    if (m_state == State::Connecting && hasStarted && !result) {
        m_state = State::Connected;
        m_shared->stream->resize(m_size.first, m_size.second);
        emit stateChanged();
    }
    if (hasOutput())
        emit arrived();
    if (result && m_state != State::Ended)
        end(std::move(*result));
}

void TerminalSession::end(core::Result<int> result)
{
    // A program that is not there fails, or ends at once without a word of its own.
    if (m_command < m_target.commands.size() && isMissingProgram(result) && !hasSpoken()) {
        if (m_command + 1 < m_target.commands.size()) {
            ++m_command;
            m_state = State::Connecting;
            open();
            return;
        }
        if (m_target.commands.size() > 1)
            result = core::fail(noShellError("Pod " + m_target.nameSpace.value() + "/" + m_target.pod +
                                             (m_target.container.empty() ? "" : ", container " + m_target.container)));
    }
    m_paste.cancel();
    m_state = State::Ended;
    m_result = std::move(result);
    emit stateChanged();
}

bool TerminalSession::hasSpoken() const
{
    const std::scoped_lock lock(m_shared->mutex);
    return m_shared->hasSpoken;
}

bool TerminalSession::hasOutput() const
{
    if (!m_shared)
        return false;
    const std::scoped_lock lock(m_shared->mutex);
    return m_shared->waiting() > 0;
}

std::string TerminalSession::take(std::size_t most)
{
    if (!m_shared)
        return {};
    const std::scoped_lock lock(m_shared->mutex);
    std::string bytes = m_shared->output.substr(m_shared->taken, most);
    m_shared->taken += bytes.size();
    if (m_shared->waiting() == 0 || m_shared->taken > fewWaiting) {
        m_shared->output.erase(0, m_shared->taken);
        m_shared->taken = 0;
    }
    if (m_shared->isHeld && m_shared->waiting() < fewWaiting) {
        m_shared->isHeld = false;
        m_shared->stream->setReading(true);
    }
    return bytes;
}

void TerminalSession::write(std::string bytes)
{
    if (m_state == State::Connected && !bytes.empty())
        m_shared->stream->write(std::move(bytes));
}

void TerminalSession::paste(const QString &text, const std::pair<std::string, std::string> &brackets)
{
    if (m_state != State::Connected || text.isEmpty())
        return;
    m_paste.add(text, brackets.first, brackets.second);
    pump();
}

void TerminalSession::cancelPaste()
{
    m_paste.cancel();
    pump();
}

void TerminalSession::pump()
{
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->isPumped = false;
    }
    if (m_state != State::Connected || m_paste.isEmpty())
        return;
    const auto &stream = m_shared->stream;
    for (qsizetype piece = 0; piece < piecesBetweenEvents && !m_paste.isEmpty(); ++piece) {
        if (stream->queuedBytes() >= mostQueued)
            break; // drained() will tell
        write(m_paste.next(pieceOfPaste));
    }
    emit pasteProgressed();
}

void TerminalSession::resize(int columns, int rows)
{
    if (m_size == std::pair{columns, rows})
        return;
    m_size = {columns, rows};
    if (m_state == State::Connected)
        m_shared->stream->resize(columns, rows);
}

void TerminalSession::close()
{
    if (m_state == State::Ended)
        return;
    m_cancel.cancel();
}

} // namespace binnacle::terminal

// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/SpdyExec.h"

#include "core/Json.h"
#include "kube/SpdyRefusal.h"

#include <nlohmann/json.hpp>

namespace binnacle::kube {

/// What the listener holds of its command. For any thread: passes on to the stream thread while the command runs.
class SpdyExec::Handle final : public PodStream, public std::enable_shared_from_this<Handle>
{
public:
    Handle(const std::shared_ptr<SpdySession> &session, std::shared_ptr<MessageStream> carrier, QObject *context)
        : m_session(session), m_carrier(std::move(carrier))
    {
        m_mailbox.open(context);
    }

    void write(std::string bytes) override
    {
        auto framed = frame(bytes);
        core::wipe(bytes);
        m_waiting += framed.size();
        post([self = shared_from_this(), framed = std::move(framed)](SpdySession &session) mutable {
            self->m_waiting -= framed.size();
            session.send(self->input, std::move(framed));
        });
    }
    bool closeInput() override
    {
        post([self = shared_from_this()](SpdySession &session) { session.endWriting(self->input); });
        return true;
    }
    void resize(int columns, int rows) override
    {
        const core::Json text = {{"Width", columns}, {"Height", rows}};
        post([self = shared_from_this(), framed = frame(text.dump())](SpdySession &session) {
            session.send(self->size, framed);
        });
    }
    std::size_t queuedBytes() const override { return m_waiting + m_carrier->queuedBytes(); }
    void setReading(bool reading) override
    {
        m_mailbox.run([self = shared_from_this(), weak = m_session, reading] {
            const auto session = weak.lock();
            if (!session)
                return;
            session->setReading(self->output, reading);
            session->setReading(self->errorOutput, reading);
        });
    }
    void close() override
    {
        post([](SpdySession &session) { session.close(); });
    }
    /// In the stream thread: nothing is passed on any more.
    void end() { m_mailbox.close(); }

    /// @{ 0: there is none.
    SpdySession::Id input = 0;
    SpdySession::Id output = 0;
    SpdySession::Id errorOutput = 0;
    SpdySession::Id size = 0;
    /// @}

private:
    [[nodiscard]] static std::string frame(std::string_view bytes)
    {
        std::string framed;
        framed.reserve(SpdySession::headroom + bytes.size());
        framed.append(SpdySession::headroom, '\0');
        return framed.append(bytes);
    }
    template <typename Use>
    void post(Use use)
    {
        m_mailbox.post([weak = m_session, use = std::move(use)]() mutable {
            if (const auto session = weak.lock())
                use(*session);
        });
    }

    WorkerMailbox m_mailbox;
    std::weak_ptr<SpdySession> m_session;
    std::shared_ptr<MessageStream> m_carrier;
    std::atomic<std::size_t> m_waiting{0};
};

/// One of the streams.
class SpdyExec::Part final : public SpdyStreamListener
{
public:
    Part(std::weak_ptr<SpdyExec> exec, Role role) : m_exec(std::move(exec)), m_role(role) {}
    void opened() override
    {
        if (const auto exec = m_exec.lock())
            exec->partOpened();
    }
    void received(std::string_view bytes) override
    {
        if (const auto exec = m_exec.lock())
            exec->partReceived(m_role, bytes);
    }
    void drained() override
    {
        const auto exec = m_role == Role::Input ? m_exec.lock() : nullptr;
        if (exec && exec->m_listener && exec->m_handle)
            exec->m_listener->drained();
    }
    void ended() override { end(); }
    void closed(core::Result<void>) override { end(); }

private:
    void end()
    {
        const auto exec = m_exec.lock();
        if (exec && !std::exchange(m_ended, true))
            exec->partEnded(m_role);
    }

    std::weak_ptr<SpdyExec> m_exec;
    Role m_role;
    bool m_ended = false;
};

SpdyExec::SpdyExec(const PodStreamRequest &request, std::shared_ptr<PodStreamListener> listener, std::string object,
                   Fallback fallback)
    : m_roles{Role::Status},
      m_listener(std::move(listener)),
      m_object(std::move(object)),
      m_fallback(std::move(fallback))
{
    if (request.input)
        m_roles.push_back(Role::Input);
    m_roles.push_back(Role::Output);
    m_roles.push_back(request.terminal ? Role::Size : Role::ErrorOutput);
    m_unended = request.terminal ? 2 : 3;
}

void SpdyExec::opened(const std::shared_ptr<MessageStream> &stream, const std::string &)
{
    m_session = std::make_shared<SpdySession>(stream);
    m_context = std::make_unique<QObject>();
    m_handle = std::make_shared<Handle>(m_session, stream, m_context.get());
    const auto open = [this](Role role, const char *type) {
        return m_session->open({{"streamtype", type}}, std::make_shared<Part>(weak_from_this(), role));
    };
    for (const auto role : m_roles) {
        switch (role) {
        case Role::Status:
            (void)open(role, "error");
            break;
        case Role::Input:
            m_handle->input = open(role, "stdin");
            break;
        case Role::Output:
            m_handle->output = open(role, "stdout");
            break;
        case Role::ErrorOutput:
            m_handle->errorOutput = open(role, "stderr");
            break;
        case Role::Size:
            m_handle->size = open(role, "resize");
            break;
        }
    }
}

void SpdyExec::partOpened()
{
    if (++m_opened == m_roles.size() && m_listener)
        m_listener->started(m_handle);
}

void SpdyExec::partReceived(Role role, std::string_view bytes)
{
    if (role == Role::Status)
        m_status.append(bytes);
    else if (m_listener && role == Role::Output)
        m_listener->output(PodOutput::Output, bytes);
    else if (m_listener && role == Role::ErrorOutput)
        m_listener->output(PodOutput::Error, bytes);
}

void SpdyExec::partEnded(Role role)
{
    if (role == Role::Input || role == Role::Size || --m_unended > 0)
        return;
    if (m_session)
        m_session->close();
    finish({});
}

void SpdyExec::received(std::string_view bytes)
{
    const auto self = shared_from_this();
    const auto session = m_session;
    if (const auto read = session->received(bytes); !read) {
        finish(read);
        session->close();
    }
}

void SpdyExec::drained()
{
    if (const auto session = m_session)
        session->drained();
}

void SpdyExec::closed(core::Result<void> result)
{
    const auto self = shared_from_this();
    if (!m_session && isSpdyRefusal(result)) {
        if (const auto listener = std::exchange(m_listener, nullptr))
            m_fallback(listener);
        return;
    }
    finish(result);
    if (const auto session = std::exchange(m_session, nullptr))
        session->closed(result);
    m_context.reset();
}

void SpdyExec::finish(core::Result<void> result)
{
    const auto handle = std::exchange(m_handle, nullptr);
    if (handle)
        handle->end();
    if (const auto listener = std::exchange(m_listener, nullptr))
        listener->finished(podStreamOutcome(m_status, std::move(result), m_object));
}

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/PodExec.h"
#include "kube/SpdySession.h"
#include "kube/WorkerMailbox.h"

#include <QObject>

#include <atomic>

namespace binnacle::kube {

/// A command in a container over SPDY/3.1 (v4.channel.k8s.io): a stream for each of standard input, output and error
/// output, for the size of the terminal, and for how the command ended. Unlike WebSockets it can end the input on every
/// server. Lives in the stream thread.
class SpdyExec final : public StreamListener, public std::enable_shared_from_this<SpdyExec>
{
public:
    using Fallback = std::function<void(std::shared_ptr<PodStreamListener>)>;

    /// `fallback` is called where SPDY is refused.
    SpdyExec(const PodStreamRequest &request, std::shared_ptr<PodStreamListener> listener, std::string object,
             Fallback fallback);

    void opened(const std::shared_ptr<MessageStream> &stream, const std::string &protocol) override;
    void received(std::string_view bytes) override;
    void drained() override;
    void closed(core::Result<void> result) override;

private:
    class Part;
    class Handle;
    enum class Role { Status, Input, Output, ErrorOutput, Size };

    void partOpened();
    void partReceived(Role role, std::string_view bytes);
    void partEnded(Role role);
    void finish(core::Result<void> result);

    std::vector<Role> m_roles;
    std::shared_ptr<PodStreamListener> m_listener; ///< null once it has heard its last
    std::string m_object;
    Fallback m_fallback;
    std::shared_ptr<SpdySession> m_session;
    std::unique_ptr<QObject> m_context;
    std::shared_ptr<Handle> m_handle;
    std::string m_status;
    std::size_t m_opened = 0;
    std::size_t m_unended = 0; ///< of the streams on which the server says something
};

} // namespace binnacle::kube

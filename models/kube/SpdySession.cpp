// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/SpdySession.h"

#include <algorithm>

namespace binnacle::kube {

namespace {

using core::ErrorKind;
using core::SpdyEncoder;
using core::SpdyFrameKind;
using core::SpdyStatus;

constexpr auto pingInterval = std::chrono::seconds(10);
constexpr std::size_t mostBehind = 512U << 10;
constexpr SpdySession::Id step = 2; ///< ids of clients are odd

} // namespace

SpdySession::SpdySession(std::shared_ptr<MessageStream> carrier) : m_carrier(std::move(carrier))
{
    QObject::connect(&m_pinger, &QTimer::timeout, &m_pinger, [this] { ping(); });
    m_pinger.start(pingInterval);
}

core::Result<void> SpdySession::received(std::string_view bytes)
{
    m_heard = true;
    core::SpdyFrame frame;
    while (true) {
        const auto found = m_decoder.next(bytes, frame);
        if (!found)
            return core::fail(found.error());
        if (*found == core::SpdyDecoder::Found::NeedMore)
            return {};
        handle(frame);
    }
}

void SpdySession::handle(const core::SpdyFrame &frame)
{
    const auto found = m_streams.find(frame.id);
    const auto listener = found == m_streams.end() ? nullptr : found->second.listener;
    switch (frame.kind) {
    case SpdyFrameKind::Data:
        handleData(frame);
        return;
    case SpdyFrameKind::SynReply:
        if (listener)
            listener->opened();
        if (frame.fin)
            remoteEnded(frame.id);
        return;
    case SpdyFrameKind::Headers:
        if (frame.fin)
            remoteEnded(frame.id);
        return;
    case SpdyFrameKind::Reset:
        if (!listener)
            return;
        m_streams.erase(found);
        updateReading();
        listener->closed(core::fail(ErrorKind::Unreachable, "the server reset the stream",
                                    "look whether the pod still runs, then try again"));
        return;
    case SpdyFrameKind::SynStream: // a server has nothing to ask of us
        m_carrier->send(SpdyEncoder::reset(frame.id, SpdyStatus::RefusedStream));
        return;
    case SpdyFrameKind::Ping:
        if (frame.id % 2 == 0)
            m_carrier->send(SpdyEncoder::ping(frame.id));
        else
            m_unanswered = m_awaitsPong = false;
        return;
    case SpdyFrameKind::GoAway:
        m_goneAway = true;
        return;
    case SpdyFrameKind::Other:
        return;
    }
}

void SpdySession::handleData(const core::SpdyFrame &frame)
{
    const auto found = m_streams.find(frame.id);
    if (found == m_streams.end())
        return; // we have reset it
    auto &stream = found->second;
    if (!frame.data.empty()) {
        if (!stream.reading) {
            stream.behind += frame.data.size();
            updateReading();
        }
        const auto listener = stream.listener;
        listener->received(frame.data);
    }
    if (frame.fin)
        remoteEnded(frame.id);
}

void SpdySession::remoteEnded(Id id)
{
    auto found = m_streams.find(id);
    if (found == m_streams.end() || std::exchange(found->second.remoteEnded, true))
        return;
    const auto listener = found->second.listener;
    listener->ended();
    found = m_streams.find(id);
    if (found == m_streams.end() || !found->second.localEnded)
        return;
    m_streams.erase(found);
    updateReading();
    listener->closed({});
}

void SpdySession::drained()
{
    std::vector<std::pair<std::uint64_t, Id>> order;
    order.reserve(m_streams.size());
    for (const auto &[id, stream] : m_streams)
        order.emplace_back(stream.lastSent, id);
    std::sort(order.begin(), order.end());
    for (const auto &[sent, id] : order) {
        const auto found = m_streams.find(id);
        if (found == m_streams.end())
            continue;
        const auto listener = found->second.listener;
        listener->drained();
    }
}

void SpdySession::closed(const core::Result<void> &result)
{
    m_pinger.stop();
    m_goneAway = true;
    const auto streams = std::exchange(m_streams, {});
    for (const auto &[id, stream] : streams) {
        if (result)
            stream.listener->closed(core::fail(ErrorKind::Unreachable, "the server ended the connection",
                                               "the pod may have gone away; try again"));
        else
            stream.listener->closed(core::fail(result.error()));
    }
}

SpdySession::Id SpdySession::open(const core::SpdyHeaders &headers, std::shared_ptr<SpdyStreamListener> listener)
{
    const Id id = m_nextId;
    m_nextId += step;
    Stream stream;
    stream.listener = std::move(listener);
    m_streams.emplace(id, std::move(stream));
    m_carrier->send(m_encoder.synStream(id, headers));
    return id;
}

void SpdySession::send(Id id, std::string framed)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end() || found->second.localEnded)
        return;
    found->second.lastSent = ++m_sends;
    m_sentData = true;
    SpdyEncoder::writeDataHead(framed.data(), id, framed.size() - headroom);
    m_carrier->send(std::move(framed));
}

void SpdySession::endWriting(Id id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end() || std::exchange(found->second.localEnded, true))
        return;
    m_carrier->send(SpdyEncoder::endOfData(id));
    if (!found->second.remoteEnded)
        return;
    m_streams.erase(found);
    updateReading();
}

void SpdySession::reset(Id id)
{
    if (m_streams.erase(id) == 0)
        return;
    m_carrier->send(SpdyEncoder::reset(id, SpdyStatus::Cancel));
    updateReading();
}

void SpdySession::setReading(Id id, bool reading)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end() || found->second.reading == reading)
        return;
    found->second.reading = reading;
    found->second.behind = 0;
    updateReading();
}

void SpdySession::updateReading()
{
    const bool stop = std::any_of(m_streams.begin(), m_streams.end(),
                                  [](const auto &each) { return each.second.behind > mostBehind; });
    if (std::exchange(m_stopped, stop) == stop)
        return;
    m_heard = true;
    m_carrier->setReading(!stop);
}

void SpdySession::close()
{
    m_pinger.stop();
    m_carrier->send(SpdyEncoder::goAway(0));
    m_carrier->close();
}

void SpdySession::ping()
{
    // A server that waits for the container to take our bytes does not get to our ping.
    if (!m_heard && !m_stopped && !m_sentData) {
        const auto carrier = m_carrier;
        closed(core::fail(ErrorKind::Unreachable, "the server has not answered for a while",
                          "check the network; the stream has to be opened again"));
        carrier->close();
        return;
    }
    if (m_heard)
        m_sentData = false;
    m_unanswered = std::exchange(m_awaitsPong, true);
    m_heard = false;
    m_carrier->send(SpdyEncoder::ping(m_pingId));
    m_pingId += step;
}

} // namespace binnacle::kube

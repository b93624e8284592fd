// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ProtobufWatchDecoder.h"

#include "kube/ProtobufFields.h"
#include "kube/ProtobufStatus.h"
#include "kube/Transport.h"

#include <nlohmann/json.hpp>
#include <protozero/exception.hpp>

namespace binnacle::kube {

namespace {

constexpr std::size_t frameHeader = 4;
constexpr std::size_t largestFrame = 64U << 20U;

tl::unexpected<core::Error> malformed(const std::string &what)
{
    return core::fail(core::ErrorKind::Protocol, "the watch sent what is no watch event: " + what,
                      "the list is read again; should this repeat, look for a proxy that alters answers");
}

std::size_t frameLength(std::string_view bytes)
{
    std::size_t length = 0;
    for (std::size_t i = 0; i < frameHeader; ++i)
        length = length << 8U | static_cast<std::uint8_t>(bytes[i]);
    return length;
}

} // namespace

core::Result<void> ProtobufWatchDecoder::feed(std::string_view bytes, std::vector<WatchEvent> &events)
{
    if (!m_pending.empty())
        m_pending.append(bytes);
    const auto used = consume(m_pending.empty() ? bytes : std::string_view(m_pending), events);
    if (!used)
        return core::fail(used.error());
    if (m_pending.empty())
        m_pending.assign(bytes.substr(*used));
    else
        m_pending.erase(0, *used);
    return {};
}

core::Result<std::size_t> ProtobufWatchDecoder::consume(std::string_view bytes, std::vector<WatchEvent> &events)
{
    std::size_t used = 0;
    while (bytes.size() - used >= frameHeader) {
        const auto rest = bytes.substr(used);
        const auto length = frameLength(rest);
        if (length > largestFrame)
            return malformed("a frame of " + std::to_string(length) + " bytes");
        if (rest.size() - frameHeader < length)
            break;
        try {
            auto event = decode(rest.substr(frameHeader, length));
            if (!event)
                return core::fail(std::move(event.error()));
            events.push_back(std::move(*event));
        } catch (const protozero::exception &problem) {
            return malformed(problem.what());
        }
        used += frameHeader + length;
    }
    return used;
}

core::Result<WatchEvent> ProtobufWatchDecoder::decode(std::string_view frame)
{
    const auto [typeText, rawExtension] = entryFromProtobuf(frame);
    const auto type = watchEventTypeFromText(typeText);
    if (!type)
        return malformed("type \"" + std::string(typeText.substr(0, 40)) + "\"");
    const auto envelope = unwrapProtobuf(entryFromProtobuf(rawExtension).first);
    WatchEvent event;
    event.type = *type;
    switch (*type) {
    case WatchEventType::Error:
        event.error = errorFromStatus(statusFromMessage(envelope.raw));
        break;
    case WatchEventType::Bookmark: {
        const auto bookmark = bookmarkFromProtobuf(envelope.raw);
        event.resourceVersion = bookmark.resourceVersion;
        event.initialEventsEnd = bookmark.initialEventsEnd;
        break;
    }
    case WatchEventType::Added:
    case WatchEventType::Modified:
    case WatchEventType::Deleted:
        event.record = m_records.decode(envelope.raw);
        event.resourceVersion = event.record->meta.resourceVersion;
        if (event.record->meta.name.empty())
            return malformed("an object without a name");
        break;
    }
    return event;
}

} // namespace binnacle::kube

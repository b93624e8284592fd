// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/JsonWatchDecoder.h"

#include "kube/RecordDecoder.h"
#include "kube/Transport.h"

#include <nlohmann/json.hpp>

namespace binnacle::kube {

namespace {

using core::Json;

constexpr std::size_t largestEvent = 64U << 20U;

tl::unexpected<core::Error> malformed(const std::string &what)
{
    return core::fail(core::ErrorKind::Protocol, "the watch sent what is no watch event: " + what,
                      "the list is read again; should this repeat, look for a proxy that alters answers");
}

std::string textAt(const Json &object, const char *pointer)
{
    const Json::json_pointer path(pointer);
    return object.contains(path) && object[path].is_string() ? object[path].get<std::string>() : std::string();
}

} // namespace

core::Result<void> JsonWatchDecoder::feed(std::string_view bytes, std::vector<WatchEvent> &events)
{
    // Strings in JSON hold no raw line break, so a line is an event, whole.
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) {
            if (m_pending.size() + bytes.size() > largestEvent)
                return malformed("a line of more than 64 MiB");
            m_pending.append(bytes);
            return {};
        }
        auto text = bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        std::string whole;
        if (!m_pending.empty()) {
            whole = std::exchange(m_pending, {}).append(text);
            text = whole;
        }
        if (text.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        if (auto done = line(text, events); !done)
            return done;
    }
    return {};
}

core::Result<void> JsonWatchDecoder::line(std::string_view text, std::vector<WatchEvent> &events)
{
    if (auto [name, record] = m_parser.event(text, m_gvk); record && !record->meta.name.empty()) {
        auto &decoded = events.emplace_back();
        decoded.type = *watchEventTypeFromText(name);
        decoded.resourceVersion = record->meta.resourceVersion;
        decoded.record = std::move(record);
        return {};
    }
    // Bookmarks, errors, and what cannot be read.
    Json event = Json::parse(text, nullptr, false);
    if (!event.is_object() || !event.contains("object") || !event["object"].is_object())
        return malformed(std::string(text.substr(0, 80)));
    const auto type = watchEventTypeFromText(textAt(event, "/type"));
    if (!type)
        return malformed("type \"" + textAt(event, "/type") + "\"");
    Json object = std::move(event["object"]);
    WatchEvent decoded;
    decoded.type = *type;
    decoded.resourceVersion = textAt(object, "/metadata/resourceVersion");
    switch (*type) {
    case WatchEventType::Error:
        decoded.error = errorFromStatus(object);
        break;
    case WatchEventType::Bookmark:
        decoded.initialEventsEnd = textAt(object, "/metadata/annotations/k8s.io~1initial-events-end") == "true";
        break;
    case WatchEventType::Added:
    case WatchEventType::Modified:
    case WatchEventType::Deleted:
        decoded.record = recordFromJson(std::move(object), m_pool, m_gvk);
        if (decoded.record->meta.name.empty())
            return malformed("an object without a name");
        break;
    }
    events.push_back(std::move(decoded));
    return {};
}

} // namespace binnacle::kube

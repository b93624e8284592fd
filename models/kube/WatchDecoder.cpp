// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/WatchDecoder.h"

#include "kube/JsonListDecoder.h"
#include "kube/JsonWatchDecoder.h"
#include "kube/ProtobufListDecoder.h"
#include "kube/ProtobufWatchDecoder.h"

namespace binnacle::kube {

BodyFormat bodyFormatOf(std::string_view contentType)
{
    constexpr std::string_view protobuf = "application/vnd.kubernetes.protobuf";
    return contentType.substr(0, protobuf.size()) == protobuf ? BodyFormat::Protobuf : BodyFormat::Json;
}

std::optional<WatchEventType> watchEventTypeFromText(std::string_view text)
{
    if (text == "ADDED")
        return WatchEventType::Added;
    if (text == "MODIFIED")
        return WatchEventType::Modified;
    if (text == "DELETED")
        return WatchEventType::Deleted;
    if (text == "BOOKMARK")
        return WatchEventType::Bookmark;
    return text == "ERROR" ? std::optional(WatchEventType::Error) : std::nullopt;
}

std::unique_ptr<WatchDecoder> makeWatchDecoder(BodyFormat format, core::GroupVersionKind gvk, core::StringPool &pool)
{
    if (format == BodyFormat::Protobuf)
        return std::make_unique<ProtobufWatchDecoder>(std::move(gvk), pool);
    return std::make_unique<JsonWatchDecoder>(std::move(gvk), pool);
}

std::unique_ptr<RecordListDecoder> makeListDecoder(BodyFormat format, core::GroupVersionKind gvk,
                                                   core::StringPool &pool)
{
    if (format == BodyFormat::Protobuf)
        return std::make_unique<ProtobufListDecoder>(std::move(gvk), pool);
    return std::make_unique<JsonListDecoder>(std::move(gvk), pool);
}

} // namespace binnacle::kube

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "core/SharedString.h"
#include "kube/Records.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::kube {

enum class WatchEventType { Added, Modified, Deleted, Bookmark, Error };

struct WatchEvent
{
    WatchEventType type = WatchEventType::Error;
    RecordPointer record;             ///< Added, Modified, Deleted
    std::string resourceVersion;      ///< all but Error
    bool initialEventsEnd = false;    ///< the bookmark that ends a watch-list (KEP-3157)
    std::optional<core::Error> error; ///< Error
};

/// Takes a watch's body in pieces split anywhere and gives the events that are complete. After a failure it is of no
/// more use: where the next event begins is unknown.
class WatchDecoder
{
public:
    virtual ~WatchDecoder() = default;
    [[nodiscard]] virtual core::Result<void> feed(std::string_view bytes, std::vector<WatchEvent> &events) = 0;
};

[[nodiscard]] std::optional<WatchEventType> watchEventTypeFromText(std::string_view text);

enum class BodyFormat { Json, Protobuf };

/// By Content-Type.
[[nodiscard]] BodyFormat bodyFormatOf(std::string_view contentType);

/// `gvk` is what the items are when they do not say so; `pool` must outlive the decoder.
[[nodiscard]] std::unique_ptr<WatchDecoder> makeWatchDecoder(BodyFormat format, core::GroupVersionKind gvk,
                                                             core::StringPool &pool);

} // namespace binnacle::kube

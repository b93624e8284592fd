// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Records.h"

#include <memory>
#include <string_view>

namespace binnacle::kube {

/// Reads records from JSON text with simdjson, without a tree in between: what lists and watches bring in numbers.
/// Gives the same records as recordFromJson. Not thread-safe.
class JsonRecordParser
{
public:
    explicit JsonRecordParser(core::StringPool &pool);
    ~JsonRecordParser();

    /// An API object; nothing for text that is none, or holds what only the slower parser reads (numbers past 64 bits).
    [[nodiscard]] RecordPointer object(std::string_view text, const core::GroupVersionKind &fallback);
    /// A watch's line; `type` views into the parser until the next call. Without a record: as above, or its type is
    /// none of those that carry an object to keep.
    struct Event
    {
        std::string_view type;
        RecordPointer record;
    };
    [[nodiscard]] Event event(std::string_view line, const core::GroupVersionKind &fallback);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::kube

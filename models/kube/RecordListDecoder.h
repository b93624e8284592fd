// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/WatchDecoder.h"

namespace binnacle::kube {

/// A list's own metadata.
struct ListInfo
{
    std::string resourceVersion;
    std::string continueToken; ///< empty on the last page
};

/// Takes a list's body in pieces split anywhere and gives each item as soon as its last byte is there; never holds more
/// than one item's bytes.
class RecordListDecoder
{
public:
    virtual ~RecordListDecoder() = default;
    [[nodiscard]] virtual core::Result<void> feed(std::string_view bytes, std::vector<RecordPointer> &records) = 0;
    /// At the end of the body; a body that ends in the middle is a Protocol error.
    [[nodiscard]] virtual core::Result<ListInfo> finish() = 0;
};

[[nodiscard]] std::unique_ptr<RecordListDecoder> makeListDecoder(BodyFormat format, core::GroupVersionKind gvk,
                                                                 core::StringPool &pool);

} // namespace binnacle::kube

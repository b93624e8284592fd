// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/ProtobufRecords.h"
#include "kube/WatchDecoder.h"

#include <string>

namespace binnacle::kube {

/// Frames of a 4-byte big-endian length and a meta/v1 WatchEvent, whose object is again a body with magic.
class ProtobufWatchDecoder final : public WatchDecoder
{
public:
    ProtobufWatchDecoder(core::GroupVersionKind gvk, core::StringPool &pool) : m_records(std::move(gvk), pool) {}

    [[nodiscard]] core::Result<void> feed(std::string_view bytes, std::vector<WatchEvent> &events) override;

private:
    [[nodiscard]] core::Result<std::size_t> consume(std::string_view bytes, std::vector<WatchEvent> &events);
    [[nodiscard]] core::Result<WatchEvent> decode(std::string_view frame);

    ProtobufRecords m_records;
    std::string m_pending;
};

} // namespace binnacle::kube

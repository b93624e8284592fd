// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/ProtobufRecords.h"
#include "kube/RecordListDecoder.h"

#include <cstdint>
#include <string>

namespace binnacle::kube {

/// A list body: the magic, then runtime.Unknown whose `raw` is the list, whose field 2 repeats the items. Both are
/// walked field by field as the bytes come, so that only an unfinished item is ever held.
class ProtobufListDecoder final : public RecordListDecoder
{
public:
    ProtobufListDecoder(core::GroupVersionKind gvk, core::StringPool &pool) : m_records(std::move(gvk), pool) {}

    [[nodiscard]] core::Result<void> feed(std::string_view bytes, std::vector<RecordPointer> &records) override;
    [[nodiscard]] core::Result<ListInfo> finish() override;

private:
    enum class Where { Magic, Envelope, List };
    struct Header;

    /// How many bytes were used.
    [[nodiscard]] std::size_t consume(std::string_view bytes, std::vector<RecordPointer> &records);
    [[nodiscard]] std::size_t consumeField(std::string_view bytes, std::vector<RecordPointer> &records);
    void listField(const Header &header, std::string_view content, std::vector<RecordPointer> &records);

    ProtobufRecords m_records;
    std::string m_pending;
    Where m_where = Where::Magic;
    std::uint64_t m_listLeft = 0;
    bool m_listSeen = false;
    ListInfo m_info;
};

} // namespace binnacle::kube

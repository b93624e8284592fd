// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/JsonRecordParser.h"
#include "kube/RecordListDecoder.h"

#include <string>

namespace binnacle::kube {

/// Cuts the elements of the root's "items" out of the stream and parses each alone; what remains is the list's
/// skeleton, parsed at the end for its metadata, wherever the server put it.
class JsonListDecoder final : public RecordListDecoder
{
public:
    JsonListDecoder(core::GroupVersionKind gvk, core::StringPool &pool)
        : m_gvk(std::move(gvk)), m_pool(pool), m_parser(pool)
    {
    }

    [[nodiscard]] core::Result<void> feed(std::string_view bytes, std::vector<RecordPointer> &records) override;
    [[nodiscard]] core::Result<ListInfo> finish() override;

private:
    void open(char bracket);
    [[nodiscard]] bool isItemsArray() const { return m_inItems && m_depth == 2; }
    [[nodiscard]] core::Result<void> item(std::vector<RecordPointer> &records);

    core::GroupVersionKind m_gvk;
    core::StringPool &m_pool;
    JsonRecordParser m_parser;
    std::string m_item;     ///< the element being read
    std::string m_skeleton; ///< everything else
    std::string m_key;      ///< the last string at the root's level
    int m_depth = 0;
    bool m_inString = false;
    bool m_escaped = false;
    bool m_inItems = false;
};

} // namespace binnacle::kube

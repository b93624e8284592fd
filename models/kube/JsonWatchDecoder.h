// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/JsonRecordParser.h"
#include "kube/WatchDecoder.h"

#include <string>

namespace binnacle::kube {

/// One JSON object an event, one a line.
class JsonWatchDecoder final : public WatchDecoder
{
public:
    JsonWatchDecoder(core::GroupVersionKind gvk, core::StringPool &pool)
        : m_gvk(std::move(gvk)), m_pool(pool), m_parser(pool)
    {
    }

    [[nodiscard]] core::Result<void> feed(std::string_view bytes, std::vector<WatchEvent> &events) override;

private:
    [[nodiscard]] core::Result<void> line(std::string_view text, std::vector<WatchEvent> &events);

    core::GroupVersionKind m_gvk;
    core::StringPool &m_pool;
    JsonRecordParser m_parser;
    std::string m_pending;
};

} // namespace binnacle::kube

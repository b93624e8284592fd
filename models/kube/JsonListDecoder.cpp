// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/JsonListDecoder.h"

#include "kube/RecordDecoder.h"

#include <nlohmann/json.hpp>

namespace binnacle::kube {

namespace {

using core::Json;

constexpr std::size_t largestPiece = 64U << 20U;

tl::unexpected<core::Error> malformed(const std::string &what)
{
    return core::fail(core::ErrorKind::Protocol, "the list is not valid JSON: " + what,
                      "it is asked for again; should this repeat, look for a proxy that alters answers");
}

} // namespace

void JsonListDecoder::open(char bracket)
{
    if (m_depth == 1 && bracket == '[' && m_key == "items")
        m_inItems = true;
    ++m_depth;
}

core::Result<void> JsonListDecoder::feed(std::string_view bytes, std::vector<RecordPointer> &records)
{
    std::size_t from = 0; // what was scanned but not yet put into m_item or m_skeleton
    const auto keep = [&](std::size_t to) {
        (m_inItems && m_depth > 2 ? m_item : m_skeleton).append(bytes.substr(from, to - from));
        from = to;
    };
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (m_inString) {
            if (m_escaped)
                m_escaped = false;
            else if (c == '\\')
                m_escaped = true;
            else if (c == '"')
                m_inString = false;
            if (m_inString && m_depth == 1)
                m_key.push_back(c);
            continue;
        }
        switch (c) {
        case '"':
            m_inString = true;
            if (m_depth == 1)
                m_key.clear();
            break;
        case ',':
            if (isItemsArray()) { // between two elements: belongs to neither
                keep(at);
                from = at + 1;
            }
            break;
        case '{':
        case '[':
            keep(at);
            open(c);
            break;
        case '}':
        case ']':
            keep(at + 1);
            if (m_depth == 3 && m_inItems) {
                if (auto done = item(records); !done)
                    return done;
            } else if (isItemsArray()) {
                m_inItems = false;
            }
            if (--m_depth < 0)
                return malformed("more brackets close than open");
            break;
        default:
            break;
        }
    }
    keep(bytes.size());
    if (m_item.size() > largestPiece || m_skeleton.size() > largestPiece)
        return malformed("an item of more than 64 MiB");
    return {};
}

core::Result<void> JsonListDecoder::item(std::vector<RecordPointer> &records)
{
    if (auto record = m_parser.object(m_item, m_gvk)) {
        records.push_back(std::move(record));
    } else {
        Json object = Json::parse(m_item, nullptr, false);
        if (!object.is_object())
            return malformed(m_item.substr(0, 80));
        records.push_back(recordFromJson(std::move(object), m_pool, m_gvk));
    }
    m_item.clear();
    return {};
}

core::Result<ListInfo> JsonListDecoder::finish()
{
    const Json list = Json::parse(m_skeleton, nullptr, false);
    if (!list.is_object())
        return malformed("it ends in the middle, or is no list");
    ListInfo info;
    const auto metadata = list.find("metadata");
    if (metadata == list.end() || !metadata->is_object())
        return info;
    const auto text = [&](const char *name) {
        const auto found = metadata->find(name);
        return found != metadata->end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    info.resourceVersion = text("resourceVersion");
    info.continueToken = text("continue");
    return info;
}

} // namespace binnacle::kube

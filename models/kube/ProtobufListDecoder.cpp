// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ProtobufListDecoder.h"

#include "kube/ProtobufFields.h"

#include <protozero/exception.hpp>

namespace binnacle::kube {

namespace {

constexpr std::uint64_t largestField = 256ULL << 20U; ///< etcd stops at 1.5 MiB; aggregated APIs may not

core::Error malformed(const std::string &what)
{
    return core::makeError(core::ErrorKind::Protocol, "the list is not valid protobuf: " + what,
                           "it is asked for again; should this repeat, look for a proxy that alters answers");
}

/// False when the varint is not complete yet.
bool readVarint(std::string_view bytes, std::size_t &at, std::uint64_t &value)
{
    constexpr unsigned mostBits = 64;
    value = 0;
    for (unsigned shift = 0; shift < mostBits; shift += 7U) {
        if (at == bytes.size())
            return false;
        const auto byte = static_cast<std::uint8_t>(bytes[at++]);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if ((byte & 0x80U) == 0)
            return true;
    }
    throw protozero::varint_too_long_exception();
}

} // namespace

struct ProtobufListDecoder::Header
{
    std::uint64_t tag = 0;
    std::uint64_t length = 0; ///< of the content
    std::size_t size = 0;     ///< of tag and length; 0: not complete yet

    static Header read(std::string_view bytes)
    {
        Header header;
        std::uint64_t key = 0;
        std::size_t at = 0;
        if (!readVarint(bytes, at, key))
            return header;
        constexpr std::uint64_t lengthDelimited = 2;
        if ((key & 7U) != lengthDelimited)
            throw protozero::unknown_pbf_wire_type_exception();
        if (!readVarint(bytes, at, header.length))
            return header;
        header.tag = key >> 3U;
        header.size = at;
        return header;
    }
};

core::Result<void> ProtobufListDecoder::feed(std::string_view bytes, std::vector<RecordPointer> &records)
{
    try {
        if (m_pending.empty()) {
            const auto used = consume(bytes, records);
            m_pending.assign(bytes.substr(used));
        } else {
            m_pending.append(bytes);
            m_pending.erase(0, consume(m_pending, records));
        }
    } catch (const protozero::exception &problem) {
        return core::fail(malformed(problem.what()));
    }
    return {};
}

std::size_t ProtobufListDecoder::consume(std::string_view bytes, std::vector<RecordPointer> &records)
{
    std::size_t used = 0;
    if (m_where == Where::Magic) {
        if (bytes.size() < protobufMagic.size())
            return 0;
        if (bytes.substr(0, protobufMagic.size()) != protobufMagic)
            throw protozero::invalid_tag_exception();
        used = protobufMagic.size();
        m_where = Where::Envelope;
    }
    while (used < bytes.size()) {
        const auto step = consumeField(bytes.substr(used), records);
        if (step == 0)
            break;
        used += step;
    }
    return used;
}

std::size_t ProtobufListDecoder::consumeField(std::string_view bytes, std::vector<RecordPointer> &records)
{
    constexpr std::uint64_t unknownRaw = 2;
    const auto header = Header::read(bytes);
    if (header.size == 0)
        return 0;
    if (m_where == Where::Envelope && header.tag == unknownRaw) {
        m_listSeen = true;
        m_listLeft = header.length;
        m_where = m_listLeft == 0 ? Where::Envelope : Where::List;
        return header.size;
    }
    const auto total = header.size + header.length;
    if (header.length > largestField || (m_where == Where::List && total > m_listLeft))
        throw protozero::end_of_buffer_exception();
    if (bytes.size() < total)
        return 0;
    if (m_where == Where::List) {
        listField(header, bytes.substr(header.size, header.length), records);
        m_listLeft -= total;
        if (m_listLeft == 0)
            m_where = Where::Envelope;
    }
    return total;
}

void ProtobufListDecoder::listField(const Header &header, std::string_view content, std::vector<RecordPointer> &records)
{
    if (header.tag == 2) {
        records.push_back(m_records.decode(content));
    } else if (header.tag == 1) {
        eachField(content, [&](const ProtobufField &field) {
            if (field.tag == 2)
                m_info.resourceVersion = field.bytes;
            else if (field.tag == 3)
                m_info.continueToken = field.bytes;
        });
    }
}

core::Result<ListInfo> ProtobufListDecoder::finish()
{
    if (!m_listSeen || m_listLeft != 0 || !m_pending.empty())
        return core::fail(malformed("it ends in the middle"));
    return m_info;
}

} // namespace binnacle::kube

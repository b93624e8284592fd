// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace binnacle::core {

using SpdyHeaders = std::vector<std::pair<std::string, std::string>>; ///< names in lower case

/// Compresses the header blocks of one direction of a SPDY/3 connection (section 2.6.10.1 of its draft): all of them
/// are one stream of zlib with the draft's dictionary, so the order in which blocks are made is that of sending.
class SpdyHeaderCompressor
{
public:
    SpdyHeaderCompressor();
    ~SpdyHeaderCompressor();

    [[nodiscard]] std::string compress(const SpdyHeaders &headers);

private:
    struct Zlib;
    std::unique_ptr<Zlib> m_zlib;
};

/// The other end. After an error it is of no use.
class SpdyHeaderDecompressor
{
public:
    SpdyHeaderDecompressor();
    ~SpdyHeaderDecompressor();

    /// Protocol errors: not zlib, not well formed, or more than 64 KiB unpacked.
    [[nodiscard]] Result<SpdyHeaders> decompress(std::string_view block);

private:
    struct Zlib;
    std::unique_ptr<Zlib> m_zlib;
};

} // namespace binnacle::core

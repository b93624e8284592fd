// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/PortMapping.h"

#include <algorithm>
#include <charconv>

namespace binnacle::forward {

namespace {

constexpr std::size_t longestPortName = 15; ///< IANA_SVC_NAME (RFC 6335), which Kubernetes demands of port names

bool isPortName(const std::string &text)
{
    const auto allowed = [](unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !text.empty() && text.size() <= longestPortName && std::all_of(text.begin(), text.end(), allowed) &&
           std::any_of(text.begin(), text.end(), [](unsigned char c) { return c >= 'a' && c <= 'z'; });
}

std::optional<std::uint16_t> portFromText(const std::string &text)
{
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return std::nullopt;
    return port;
}

} // namespace

core::Result<PortMapping> portMappingFromText(const std::string &text)
{
    const auto wrong = core::fail(core::ErrorKind::Usage, "\"" + text + "\" is not a port",
                                  "give [LOCAL:]REMOTE, such as 8080:80, 80, :80 for a free local port, or 8080:http");
    const auto colon = text.find(':');
    PortMapping mapping;
    mapping.remote = colon == std::string::npos ? text : text.substr(colon + 1);
    if (colon != std::string::npos) {
        const auto local = text.substr(0, colon);
        mapping.local = local.empty() ? std::optional<std::uint16_t>(0) : portFromText(local);
        if (!mapping.local)
            return wrong;
    }
    const auto remote = portFromText(mapping.remote);
    if (!(remote ? *remote != 0 : isPortName(mapping.remote)))
        return wrong;
    return mapping;
}

std::string portMappingText(const PortMapping &mapping)
{
    if (!mapping.local)
        return mapping.remote;
    return (*mapping.local == 0 ? "" : std::to_string(*mapping.local)) + ":" + mapping.remote;
}

} // namespace binnacle::forward

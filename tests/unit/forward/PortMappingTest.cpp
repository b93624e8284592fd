// SPDX-License-Identifier: GPL-3.0-or-later
// Ports as kubectl port-forward takes them.
#include "forward/PortMapping.h"

#include <gtest/gtest.h>

namespace binnacle::forward {
namespace {

TEST(PortMapping, ReadsWhatKubectlReads)
{
    struct Row
    {
        const char *text;
        std::optional<std::uint16_t> local;
        const char *remote; ///< null: refused
    };
    const Row rows[] = {
        {"80", std::nullopt, "80"},
        {"8080:80", 8080, "80"},
        {":80", 0, "80"},
        {"0:80", 0, "80"},
        {"http", std::nullopt, "http"},
        {"8080:http", 8080, "http"},
        {":http-web", 0, "http-web"},
        {"65535:65535", 65535, "65535"},
        {"", std::nullopt, nullptr},
        {":", std::nullopt, nullptr},
        {"8080:", std::nullopt, nullptr},
        {"0", std::nullopt, nullptr},
        {"8080:0", std::nullopt, nullptr},
        {"65536", std::nullopt, nullptr},
        {"65536:80", std::nullopt, nullptr},
        {"-1:80", std::nullopt, nullptr},
        {"web:80", std::nullopt, nullptr},
        {"80:80:80", std::nullopt, nullptr},
        {"80/tcp", std::nullopt, nullptr},
        {"Http", std::nullopt, nullptr},
        {"a-name-of-sixteen", std::nullopt, nullptr},
    };
    for (const auto &row : rows) {
        const auto mapping = portMappingFromText(row.text);
        ASSERT_EQ(mapping.has_value(), row.remote != nullptr) << row.text;
        if (!mapping) {
            EXPECT_EQ(mapping.error().kind, core::ErrorKind::Usage) << row.text;
            continue;
        }
        EXPECT_EQ(mapping->local, row.local) << row.text;
        EXPECT_EQ(mapping->remote, row.remote) << row.text;
        EXPECT_EQ(portMappingFromText(portMappingText(*mapping)).value(), *mapping) << row.text;
    }
}

} // namespace
} // namespace binnacle::forward

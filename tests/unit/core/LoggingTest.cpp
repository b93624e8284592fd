// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Logging.h"

#include <QTemporaryDir>

#include <spdlog/spdlog.h>

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace binnacle::core;

namespace {

TEST(Logging, LeavesNoCredentialInALine)
{
    constexpr std::pair<const char *, const char *> cases[] = {
        {"GET /api/v1/pods 200 in 12 ms", "GET /api/v1/pods 200 in 12 ms"},
        {"Authorization: Bearer abcdef123456", "Authorization: Bearer ***"},
        {"got eyJhbGciOiJSUzI1NiIsImtpZCI6.eyJpc3MiOiJrdWJlcm5l.c2lnbmF0dXJl back", "got *** back"},
        {"POSTGRES_PASSWORD=hunter2 set", "POSTGRES_PASSWORD=*** set"},
        {R"({"token":"abc def","kind":"x"})", R"({"token":***,"kind":"x"})"},
        {"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- tail", "*** tail"},
        {"the token expired", "the token expired"},
    };
    for (const auto &[line, safe] : cases)
        EXPECT_EQ(redact(line), safe);
}

TEST(Logging, WritesTheFileAndKeepsTheLastLines)
{
    const QTemporaryDir folder;
    std::string content;
    {
        LogOptions options;
        options.directory = folder.path().toStdString();
        const auto log = Log::start(options);
        ASSERT_TRUE(log);
        spdlog::info("connected");
        spdlog::debug("too fine");
        spdlog::warn("password=hunter2");
        const auto lines = (*log)->lastLines();
        ASSERT_EQ(lines.size(), 2U);
        EXPECT_NE(lines[1].find("password=***"), std::string::npos);
        std::ifstream file((*log)->file());
        std::stringstream text;
        text << file.rdbuf();
        content = text.str();
    }
    EXPECT_NE(content.find("connected"), std::string::npos);
    EXPECT_EQ(content.find("hunter2"), std::string::npos);
}

TEST(Logging, WorksInMemoryWhereNoFileCanBeWritten)
{
    LogOptions options;
    options.directory = "/proc/no-such-folder";
    const auto log = Log::start(options);
    ASSERT_TRUE(log);
    EXPECT_TRUE((*log)->file().empty());
    EXPECT_EQ((*log)->lastLines().size(), 1U);
}

} // namespace

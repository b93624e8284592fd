// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/RemoteNames.h"

#include <gtest/gtest.h>

namespace binnacle::files {
namespace {

TEST(RemoteNames, MakesOneWordOfAnyPath)
{
    EXPECT_EQ(encodedPath("/var/log/a-b_c.1"), "/var/log/a-b_c.1");
    EXPECT_EQ(encodedPath("a b\n'%\\"), "a\\0040b\\0012\\0047\\0045\\0134");
    EXPECT_EQ(encodedPath("\xc3\xbc"), "\\0303\\0274");
    EXPECT_EQ(safePath("-rf"), "./-rf");
    EXPECT_EQ(safePath(""), ".");
    EXPECT_EQ(safePath("/x"), "/x");
}

TEST(RemoteNames, RefusesNamesThatLeaveTheFolder)
{
    for (const char *const name : {"", ".", "..", "a/b", "/etc/passwd", "../../x"})
        EXPECT_FALSE(checkName(name, false)) << name;
    for (const char *const name : {"...", "..a", " ", "a:b", "C:", "a\\b", "-x", "line\nbreak"})
        EXPECT_TRUE(checkName(name, false)) << name;
    for (const char *const name : {"a:b", "..\\x", "C:", "end.", "line\nbreak", "what?"})
        EXPECT_FALSE(checkName(name, true)) << name;
}

TEST(RemoteNames, NamesATemporaryFileBesideTheOther)
{
    EXPECT_EQ(temporaryPath("/a/b.txt", "x1"), "/a/.b.txt.x1.part");
    EXPECT_EQ(temporaryPath("b", "x1"), ".b.x1.part");
    EXPECT_LT(temporaryPath("/a/" + std::string(255, 'n'), "x1").size(), 3U + 255U);
    EXPECT_EQ(baseName("/a/b/"), "b");
    EXPECT_EQ(baseName("b"), "b");
    EXPECT_EQ(baseName("/"), "");
    EXPECT_EQ(baseName("a/.."), "");
    EXPECT_EQ(joined("/", "a"), "/a");
    EXPECT_EQ(joined("/x", "a"), "/x/a");
}

TEST(RemoteNames, TellsPodsFromLocalPaths)
{
    EXPECT_EQ(parseCopyPlace("pod-1:/tmp/x"), (CopyPlace{true, "", "pod-1", "/tmp/x"}));
    EXPECT_EQ(parseCopyPlace("pod:a:b"), (CopyPlace{true, "", "pod", "a:b"}));
    EXPECT_EQ(parseCopyPlace("ns/pod:rel/x"), (CopyPlace{true, "ns", "pod", "rel/x"}));
    for (const char *const local : {"./a:b", "/a:b", "C:\\x", "c:/x", "plain", "../x:y", "a/b/c:d", ":x"})
        EXPECT_EQ(parseCopyPlace(local), (CopyPlace{false, "", "", local})) << local;
}

} // namespace
} // namespace binnacle::files

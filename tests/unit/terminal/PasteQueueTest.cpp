// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/PasteQueue.h"

#include "terminal/Shells.h"

#include <gtest/gtest.h>

namespace binnacle::terminal {
namespace {

std::string all(PasteQueue &queue, qsizetype piece)
{
    std::string bytes;
    while (!queue.isEmpty())
        bytes += queue.next(piece);
    return bytes;
}

TEST(PasteQueue, MakesATextWhatTheKeyboardWouldSend)
{
    struct Case
    {
        QString text;
        std::string bytes;
    };
    const Case cases[] = {
        {QStringLiteral("ls -l\n"), "ls -l\r"},
        {QStringLiteral("a\r\nb\rc\n\nd"), "a\rb\rc\r\rd"},
        {QStringLiteral("\tin\t"), "\tin\t"},
        {QStringLiteral("a\u001b[201~\u0003rm -rf /\u009b\u007f"), "a[201~rm -rf /"},
        {QString::fromUtf8("\xf0\x9f\x9a\xa2\xf0\x9f\x9a\xa2 \xe2\x82\xac"),
         "\xf0\x9f\x9a\xa2\xf0\x9f\x9a\xa2 \xe2\x82\xac"},
        {QString(), ""},
    };
    for (const Case &each : cases) {
        for (const qsizetype piece : {1, 2, 3, 100}) {
            PasteQueue queue;
            queue.add(each.text, {}, {});
            EXPECT_EQ(all(queue, piece), each.bytes) << each.text.toStdString() << " in pieces of " << piece;
        }
    }
}

TEST(PasteQueue, PutsBracketsAroundOnce)
{
    PasteQueue queue;
    queue.add(QStringLiteral("abcdef"), "<", ">");
    EXPECT_EQ(queue.next(4), "<abcd");
    queue.add(QStringLiteral("xyz"), "<", ">");
    EXPECT_EQ(all(queue, 4), "efxyz>");
    queue.add(QStringLiteral("again"), "<", ">");
    EXPECT_EQ(all(queue, 100), "<again>");
}

TEST(PasteQueue, EndsThePasteThatIsGivenUp)
{
    PasteQueue queue;
    queue.add(QStringLiteral("abcdef"), "<", ">");
    queue.cancel();
    EXPECT_TRUE(queue.isEmpty());
    queue.add(QStringLiteral("abcdef"), "<", ">");
    EXPECT_EQ(queue.next(2), "<ab");
    queue.cancel();
    EXPECT_EQ(all(queue, 100), ">");
}

TEST(Shells, TellAMissingProgramFromOneThatFailed)
{
    const auto failed = [](const char *message) {
        return core::Result<int>(core::fail(core::ErrorKind::Server, message));
    };
    EXPECT_TRUE(isMissingProgram(failed("exec: \"sh\": executable file not found in $PATH: unknown")));
    EXPECT_TRUE(isMissingProgram(failed("exec: \"/busybox/sh\": stat /busybox/sh: no such file or directory")));
    EXPECT_TRUE(isMissingProgram(127));
    EXPECT_TRUE(isMissingProgram(126));
    EXPECT_FALSE(isMissingProgram(0));
    EXPECT_FALSE(isMissingProgram(1));
    EXPECT_FALSE(isMissingProgram(failed("container not found (\"app\")")));
}

} // namespace
} // namespace binnacle::terminal

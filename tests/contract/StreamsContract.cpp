// SPDX-License-Identifier: GPL-3.0-or-later
// Commands in pods, as KEP-4006 and kubectl exec do them.
#include "ContractTest.h"
#include "kube/PodExec.h"

namespace binnacle::contract {
namespace {

class Streams : public ContractTest
{
protected:
    /// A pod that runs, or an empty string where none came up in time.
    std::string runningPod() const
    {
        const Json pod = {{"apiVersion", "v1"},
                          {"kind", "Pod"},
                          {"metadata", {{"name", "box"}, {"namespace", nameSpace().value()}}},
                          {"spec",
                           {{"terminationGracePeriodSeconds", 0},
                            {"automountServiceAccountToken", false}, // a new namespace has no account at first
                            {"containers",
                             {{{"name", "main"},
                               {"image", "busybox"},
                               {"imagePullPolicy", "IfNotPresent"},
                               {"command", {"sleep", "600"}}}}}}}};
        (void)must(client().create(pod));
        const bool running = eventually([&] {
            const auto live = must(client().get({{"", "Pod"}, nameSpace(), "box"}));
            return live.is_object() && live.value(Json::json_pointer("/status/phase"), "") == "Running";
        });
        EXPECT_TRUE(running);
        return running ? "box" : "";
    }
    [[nodiscard]] kube::PodStreamRequest command(std::vector<std::string> arguments) const
    {
        kube::PodStreamRequest request;
        request.nameSpace = nameSpace();
        request.pod = "box";
        request.command = std::move(arguments);
        return request;
    }
};

TEST_F(Streams, CommandsTellOutputErrorsAndExitStatus)
{
    ASSERT_FALSE(runningPod().empty());
    auto &transport = client().transport();

    const auto spoken = must(kube::runInPod(transport, command({"sh", "-c", "echo out; echo err >&2; exit 3"})));
    EXPECT_EQ(spoken.output, "out\n");
    EXPECT_EQ(spoken.errorOutput, "err\n");
    EXPECT_EQ(spoken.exitStatus, 3);

    const auto fed = must(kube::runInPod(transport, command({"sh", "-c", "read -r line; echo \"got $line\""}),
                                         core::SecretString("a b\n")));
    EXPECT_EQ(fed.output, "got a b\n");
    EXPECT_EQ(fed.exitStatus, 0);

    const auto absent = mustFail(kube::runInPod(transport, command({"/no/such/program"})));
    EXPECT_THAT(absent.describe(), testing::HasSubstr("no such file"));

    auto nowhere = command({"true"});
    nowhere.pod = "absent";
    EXPECT_EQ(mustFail(kube::runInPod(transport, nowhere)).kind, ErrorKind::NotFound);

    auto other = command({"true"});
    other.container = "absent";
    const auto refused = mustFail(kube::runInPod(transport, other));
    EXPECT_THAT(refused.describe(), testing::HasSubstr("container absent is not valid for pod box"));
    EXPECT_EQ(refused.httpStatus, 400);
}

/// The end of the input can be said to every server, as kubectl does it.
TEST_F(Streams, CommandsHearTheEndOfTheirInput)
{
    ASSERT_FALSE(runningPod().empty());
    auto &transport = client().transport();
    const std::string much = std::string(300'000, 'x') + "\n";
    const auto copied = must(kube::runInPod(transport, command({"cat"}), core::SecretString(much)));
    EXPECT_EQ(copied.exitStatus, 0);
    EXPECT_EQ(copied.output.size(), much.size());
    EXPECT_TRUE(copied.output == much);
}

/// What a rotation's scripts do in a pod: several lines of input, functions, pipelines, a program instead of the shell.
TEST_F(Streams, CommandsRunScripts)
{
    ASSERT_FALSE(runningPod().empty());
    auto &transport = client().transport();
    auto script =
        command({"sh", "-c",
                 "IFS= read -r first && IFS= read -r second || exit 75\n"
                 "say() { printf '%s\\n' \"$second\" | cat - ; }\n"
                 "say 2>/dev/null; VALUE=$first; export VALUE; echo ${2:+two \"$2\"}; exec sh -c 'echo $VALUE'",
                 "sh", "a", "b c"});
    const auto done = must(kube::runInPod(transport, script, core::SecretString("one 1\ntwo 2\n")));
    EXPECT_EQ(done.output, "two 2\ntwo b c\none 1\n");
    EXPECT_EQ(done.exitStatus, 0);
    const auto unknown = must(kube::runInPod(transport, command({"sh", "-c", "nosuchprogram"})));
    EXPECT_EQ(unknown.exitStatus, 127);
    EXPECT_THAT(unknown.errorOutput, testing::HasSubstr("not found"));
}

} // namespace
} // namespace binnacle::contract

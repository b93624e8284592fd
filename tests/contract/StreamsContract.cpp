// SPDX-License-Identifier: GPL-3.0-or-later
// Commands in pods, as KEP-4006 and kubectl exec do them.
#include "ContractTest.h"
#include "kube/PodExec.h"

namespace binnacle::contract {
namespace {

class Streams : public ContractTest
{
protected:
    [[nodiscard]] bool serves(const std::string &resource) const
    {
        kube::HttpRequest request;
        request.path = "/api/v1";
        const Json list = Json::parse(must(client().transport().send(request)).body);
        for (const auto &entry : list.at("resources")) {
            if (entry.at("name") == resource)
                return true;
        }
        return false;
    }
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
    if (!serves("pods/exec"))
        GTEST_SKIP() << "this server runs no commands in pods";
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
}

} // namespace
} // namespace binnacle::contract

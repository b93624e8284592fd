// SPDX-License-Identifier: GPL-3.0-or-later
// Logs of containers: PodLogOptions of the API, and what is read over them.
#include "ContractTest.h"
#include "cluster/ClusterObserver.h"
#include "logs/LogSession.h"
#include "logs/LogStamp.h"

#include <QEventLoop>
#include <QTimer>

namespace binnacle::contract {
namespace {

const core::GroupKind podKind{"", "Pod"};

class Logs : public ContractTest
{
protected:
    /// A pod whose container says something a few times a second.
    void makePod(const std::string &name, const std::string &script) const
    {
        const Json pod = {
            {"apiVersion", "v1"},
            {"kind", "Pod"},
            {"metadata", {{"name", name}, {"namespace", nameSpace().value()}, {"labels", {{"app", "talker"}}}}},
            {"spec",
             {{"terminationGracePeriodSeconds", 0},
              {"automountServiceAccountToken", false},
              {"containers",
               {{{"name", "main"},
                 {"image", "busybox"},
                 {"imagePullPolicy", "IfNotPresent"},
                 {"command", {"sh", "-c", script}}}}}}}};
        (void)must(client().create(pod));
    }
    [[nodiscard]] bool isRunning(const std::string &name) const
    {
        return eventually([&] {
            const auto live = must(client().get({podKind, nameSpace(), name}));
            return live.is_object() && live.value(Json::json_pointer("/status/phase"), "") == "Running";
        });
    }
    [[nodiscard]] kube::HttpRequest request(const std::string &pod,
                                            std::vector<std::pair<std::string, std::string>> query) const
    {
        kube::HttpRequest http;
        http.path = "/api/v1/namespaces/" + nameSpace().value() + "/pods/" + pod + "/log";
        http.query = std::move(query);
        return http;
    }
    [[nodiscard]] std::vector<std::string> lines(const std::string &pod,
                                                 std::vector<std::pair<std::string, std::string>> query) const
    {
        const auto answer = must(client().transport().send(request(pod, std::move(query))));
        std::vector<std::string> result;
        std::size_t begin = 0;
        for (auto end = answer.body.find('\n'); end != std::string::npos; end = answer.body.find('\n', begin)) {
            result.push_back(answer.body.substr(begin, end - begin));
            begin = end + 1;
        }
        if (begin < answer.body.size())
            result.push_back(answer.body.substr(begin));
        return result;
    }

    static constexpr const char *talking = "n=0; while true; do echo \"level=info n=$n\"; n=$((n+1)); sleep 0.2; done";
};

TEST_F(Logs, OptionsMeanWhatTheApiSays)
{
    makePod("talker", talking);
    ASSERT_TRUE(isRunning("talker"));
    ASSERT_TRUE(eventually([&] { return lines("talker", {}).size() >= 4; }));

    EXPECT_EQ(lines("talker", {{"tailLines", "2"}}).size(), 2U);
    EXPECT_TRUE(lines("talker", {{"tailLines", "0"}}).empty());
    const auto stamped = lines("talker", {{"timestamps", "true"}});
    const auto plain = lines("talker", {});
    logs::Stamp last = 0;
    for (std::size_t at = 0; at < stamped.size(); ++at) {
        const auto stamp = logs::parseStamp(stamped[at]);
        ASSERT_TRUE(stamp) << stamped[at];
        EXPECT_GE(stamp->stamp, last);
        last = stamp->stamp;
        EXPECT_EQ(stamped[at].substr(stamp->length + 1), plain[at]);
    }
    EXPECT_EQ(lines("talker", {{"limitBytes", "7"}}), std::vector{plain[0].substr(0, 7)});
    EXPECT_LT(lines("talker", {{"sinceTime", "2199-01-01T00:00:00Z"}}).size(), 1U);
    EXPECT_GE(lines("talker", {{"sinceSeconds", "3600"}}).size(), plain.size());
}

TEST_F(Logs, WhatIsRefused)
{
    makePod("talker", talking);
    ASSERT_TRUE(isRunning("talker"));
    struct Case
    {
        const char *pod;
        std::vector<std::pair<std::string, std::string>> query;
        int status;
        const char *message;
    };
    for (const auto &[pod, query, status, message] :
         std::vector<Case>{{"absent", {}, 404, "pods \"absent\" not found"},
                           {"talker", {{"container", "absent"}}, 400, "container absent is not valid for pod talker"},
                           {"talker",
                            {{"previous", "true"}},
                            400,
                            "previous terminated container \"main\" in pod \"talker\" not found"},
                           {"talker", {{"sinceSeconds", "0"}}, 422, "must be greater than 0"},
                           {"talker", {{"tailLines", "-1"}}, 422, "must be greater than or equal to 0"},
                           {"talker", {{"limitBytes", "0"}}, 422, "must be greater than 0"},
                           {"talker",
                            {{"sinceSeconds", "5"}, {"sinceTime", "2026-01-01T00:00:00Z"}},
                            422,
                            "at most one of `sinceTime` or `sinceSeconds` may be specified"}}) {
        const auto error = mustFail(client().transport().send(request(pod, query)));
        EXPECT_EQ(error.httpStatus, status) << message;
        EXPECT_THAT(error.describe(), testing::HasSubstr(message));
    }
}

TEST_F(Logs, AFollowedSelectorBringsNewPodsAndEndsWithThem)
{
    makePod("first", talking);
    ASSERT_TRUE(isRunning("first"));
    const core::SystemClock clock;
    cluster::Store store(clock);
    cluster::ClusterObserver observer(theClient(), store);
    observer.observe({{podKind, nameSpace()}});
    const auto waitFor = [](const std::function<bool()> &isTrue) {
        QEventLoop loop;
        QTimer poll;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
            if (isTrue() || std::chrono::steady_clock::now() > end)
                loop.quit();
        });
        poll.start(50);
        loop.exec();
        return isTrue();
    };
    ASSERT_TRUE(waitFor([&] { return store.isSynced(); }));

    logs::LogOptions options;
    options.follow = true;
    const auto pods = [space = nameSpace()](const cluster::Store &all) { return all.list(podKind, space); };
    logs::LogSession session({theClient(), &client().transport()}, store, pods, options, clock);
    std::map<std::string, std::vector<logs::Stamp>> stamps;
    QObject::connect(&session, &logs::LogSession::arrived, &session, [&] {
        const auto taken = session.take();
        for (const auto &entry : taken.entries)
            stamps[session.source(entry.source).pod].push_back(entry.stamp);
    });
    session.start();
    EXPECT_TRUE(waitFor([&] { return stamps["first"].size() >= 5; }));
    makePod("second", talking);
    EXPECT_TRUE(waitFor([&] { return stamps["second"].size() >= 3; }));
    for (auto &[pod, seen] : stamps) {
        EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end())) << pod;
        EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end()) << "a line came twice from " << pod;
    }
    (void)must(client().remove({podKind, nameSpace(), "first"}));
    EXPECT_TRUE(waitFor([&] { return session.sources()[0].phase == logs::LogStrand::Phase::Ended; }));
    const auto count = stamps["second"].size();
    EXPECT_TRUE(waitFor([&] { return stamps["second"].size() > count; }));
}

} // namespace
} // namespace binnacle::contract

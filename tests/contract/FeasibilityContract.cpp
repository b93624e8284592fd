// SPDX-License-Identifier: GPL-3.0-or-later
// What the feasibility check says of a situation, and what API server and scheduler then do: what it says fails does
// fail, with the number of pods that it names, and what it says fits does fit. See FeasibilitySituations.h.
#include "ContractTest.h"
#include "FeasibilitySituations.h"

#include "core/Clock.h"
#include "core/Random.h"
#include "operations/ClusterSurvey.h"
#include "stack/YamlReader.h"

#include <QTimer>

#include <map>

namespace binnacle::contract {
namespace {

using testing::HasSubstr;

/// A situation that is being tried out in a namespace of its own.
struct Trial
{
    const Situation *situation;
    core::Namespace nameSpace;
    std::vector<Json> given; ///< policies, and what runs before
    std::vector<Json> tried;
    std::vector<stack::Finding> findings;
    std::string refused; ///< by the API server, when it was created
};

class Feasibility : public ContractTest
{
protected:
    [[nodiscard]] static kube::Client &client() { return *theClient(); }

    void SetUp() override
    {
        ContractTest::SetUp();
        core::SystemRandom random;
        m_id = random.text(6, "abcdefghijklmnopqrstuvwxyz");
        for (const auto &[name, spec] : testNodes)
            createNode(name, spec);
        for (const auto &[name, spec] : testRuntimeClasses)
            createRuntimeClass(name, spec);
        // A node of which nothing is heard for 40 seconds counts as lost.
        QObject::connect(&m_heart, &QTimer::timeout, &m_heart, [this] { beat(); });
        m_heart.start(std::chrono::seconds(8));
        beat();
        for (const auto &node : testNodes)
            EXPECT_TRUE(eventually([&] { return isReady(node.first); }, std::chrono::seconds(20))) << node.first;
        leaveRoomForOne("d");
    }

    /// Daemon sets of others may have a pod on each node.
    void leaveRoomForOne(const std::string &name) const
    {
        const auto pods =
            ctl::await(client().list({"", "Pod"}, {}, {.fieldSelector = "spec.nodeName=" + fullName(name)}));
        ASSERT_TRUE(pods) << pods.error().describe();
        const std::string room = std::to_string(pods->at("items").size() + 1);
        const auto made = ctl::await(client().patch(
            {{"", "Node"}, {}, fullName(name)}, kube::PatchKind::StrategicMerge,
            {{"status", {{"allocatable", {{"pods", room}}}, {"capacity", {{"pods", room}}}}}}, "status"));
        ASSERT_TRUE(made) << made.error().describe();
    }

    void beat()
    {
        const std::string now = core::formatTime(m_clock.now());
        const Json ready = {
            {"type", "Ready"}, {"status", "True"}, {"reason", "KubeletReady"}, {"lastHeartbeatTime", now}};
        for (const auto &[name, spec] : testNodes)
            m_beats.push_back(client().patch({{"", "Node"}, {}, fullName(name)}, kube::PatchKind::StrategicMerge,
                                             {{"status", {{"conditions", {ready}}}}}, "status"));
    }

    /// New nodes count as not ready until the node controller has seen them.
    [[nodiscard]] bool isReady(const std::string &name) const
    {
        const auto node = ctl::await(client().get({{"", "Node"}, {}, fullName(name)}));
        return node && node->dump().find("node.kubernetes.io/not-ready") == std::string::npos;
    }

    void TearDown() override
    {
        ContractTest::TearDown();
        for (const Trial &trial : m_trials)
            (void)ctl::await(client().remove({{"", "Namespace"}, {}, trial.nameSpace.value()}));
        m_heart.stop();
        for (const auto &[name, spec] : testNodes)
            (void)ctl::await(client().remove({{"", "Node"}, {}, fullName(name)}));
        for (const auto &[name, spec] : testRuntimeClasses)
            (void)ctl::await(client().remove({{"node.k8s.io", "RuntimeClass"}, {}, fullName(name)}));
    }

    [[nodiscard]] std::string fullName(const std::string &name) const { return "binnacle-fit-" + m_id + "-" + name; }

    /// A node that no kubelet serves: the scheduler gives it pods all the same, for as long as it counts as ready.
    void createNode(const std::string &name, const std::string &spec)
    {
        Json node = one("apiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {" + labelsOfNode(name) +
                        "}}\nspec: {" + spec + "}\n");
        node["metadata"]["name"] = fullName(name);
        node["metadata"]["labels"]["fit.example/id"] = m_id;
        node["spec"]["taints"].push_back({{"key", "fit.example/test"}, {"value", m_id}, {"effect", "NoSchedule"}});
        node["status"] = {{"allocatable", {{"cpu", "4"}, {"memory", "4Gi"}, {"pods", "110"}}},
                          {"conditions", {{{"type", "Ready"}, {"status", "True"}, {"reason", "KubeletReady"}}}}};
        if (name == "a")
            node["status"]["allocatable"].update({{"example.com/slots", "2"}, {"example.com/places", "2"}});
        node["status"]["capacity"] = node["status"]["allocatable"];
        const auto made = ctl::await(client().create(node));
        ASSERT_TRUE(made) << made.error().describe();
    }

    void createRuntimeClass(const std::string &name, const std::string &spec) const
    {
        Json object =
            one("apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: n}\nhandler: runc\n" + spec);
        object["metadata"]["name"] = fullName(name);
        const auto made = ctl::await(client().create(object));
        ASSERT_TRUE(made) << made.error().describe();
    }

    [[nodiscard]] static Json one(const std::string &yaml)
    {
        return stack::readManifests(yaml, "test").value().front();
    }

    /// The objects of a situation in its namespace; pods stay on the nodes of this test unless they shall run.
    [[nodiscard]] std::vector<Json> objectsOf(const std::string &yaml, const Trial &trial) const
    {
        if (yaml.empty())
            return {};
        auto objects = stack::readManifests(yaml, "situation");
        EXPECT_TRUE(objects) << trial.situation->name << ": " << objects.error().describe();
        for (Json &object : *objects) {
            object["metadata"]["namespace"] = trial.nameSpace.value();
            if (Json *spec = podSpecOf(object))
                complete(*spec, *trial.situation);
        }
        return *objects;
    }

    [[nodiscard]] static Json *podSpecOf(Json &object)
    {
        if (object["kind"] == "Pod")
            return &object["spec"];
        return object.contains("/spec/template"_json_pointer) ? &object["spec"]["template"]["spec"] : nullptr;
    }

    void complete(Json &spec, const Situation &situation) const
    {
        spec["terminationGracePeriodSeconds"] = 0;
        for (const char *const list : {"containers", "initContainers"}) {
            if (!spec.contains(list))
                continue;
            for (Json &container : spec[list]) {
                container["image"] = "registry.k8s.io/pause:3.2";
                container["imagePullPolicy"] = "IfNotPresent";
            }
        }
        for (const auto &[name, unused] : testRuntimeClasses) {
            if (spec.value("runtimeClassName", "") == name)
                spec["runtimeClassName"] = fullName(name);
        }
        if (situation.runs)
            return;
        spec["nodeSelector"]["fit.example/id"] = m_id;
        // Only who names another node goes elsewhere than to a and b, whose room is what most situations are about.
        if (!spec["nodeSelector"].contains("fit.example/node"))
            spec["nodeSelector"]["fit.example/pair"] = "yes";
        spec["tolerations"].push_back({{"key", "fit.example/test"}, {"operator", "Exists"}});
    }

    /// Creates namespace and policies, and waits until they count.
    void prepare()
    {
        int number = 0;
        for (const Situation &situation : situations()) {
            Trial trial{&situation, core::Namespace("fit-" + m_id + "-" + std::to_string(++number)), {}, {}, {}, {}};
            Json space = one("apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {" +
                             std::string(situation.labels) + "}}\n");
            space["metadata"]["name"] = trial.nameSpace.value();
            const auto made = ctl::await(client().create(space));
            ASSERT_TRUE(made) << made.error().describe();
            trial.given = objectsOf(situation.given, trial);
            trial.tried = objectsOf(situation.tried, trial);
            m_trials.push_back(std::move(trial));
        }
        // A quota that has not been counted yet lets everything in, and never counts it.
        for (const bool quotas : {true, false}) {
            for (const Trial &trial : m_trials) {
                for (const Json &object : trial.given) {
                    if ((object["kind"] == "ResourceQuota") == quotas)
                        create(object, trial.situation->name);
                }
            }
            for (const Trial &trial : m_trials) {
                if (quotas) {
                    EXPECT_TRUE(eventually([&] { return areCounted(trial); }, std::chrono::seconds(20)))
                        << trial.situation->name;
                }
            }
        }
        for (const Trial &trial : m_trials) {
            EXPECT_TRUE(eventually([&] { return isSettled(trial); }, std::chrono::seconds(20)))
                << trial.situation->name;
        }
    }

    static void create(const Json &object, const char *name)
    {
        const auto made = ctl::await(client().create(object));
        EXPECT_TRUE(made) << name << ": " << made.error().describe();
    }

    [[nodiscard]] static std::vector<Json> list(const core::GroupKind &kind, const core::Namespace &nameSpace)
    {
        const auto answer = ctl::await(client().list(kind, nameSpace));
        EXPECT_TRUE(answer) << answer.error().describe();
        return answer ? answer->at("items").get<std::vector<Json>>() : std::vector<Json>();
    }

    [[nodiscard]] static bool areCounted(const Trial &trial)
    {
        return std::all_of(trial.given.begin(), trial.given.end(), [](const Json &object) {
            if (object["kind"] != "ResourceQuota")
                return true;
            const auto live = ctl::await(client().get(keyOf(object)));
            return live && live->contains("/status/used"_json_pointer);
        });
    }

    /// Service accounts are there, and the pods that were there before have their nodes.
    [[nodiscard]] static bool isSettled(const Trial &trial)
    {
        if (!ctl::await(client().get({{"", "ServiceAccount"}, trial.nameSpace, "default"})))
            return false;
        std::size_t pods = 0;
        for (const Json &object : trial.given) {
            pods += object["kind"] == "Pod" ? 1 : 0;
            pods += object["kind"] == "Deployment" ? object["spec"].value("replicas", 1U) : 0;
        }
        return pods == scheduledPods(trial);
    }

    [[nodiscard]] static std::size_t scheduledPods(const Trial &trial)
    {
        const auto pods = list({"", "Pod"}, trial.nameSpace);
        return static_cast<std::size_t>(std::count_if(pods.begin(), pods.end(), [](const Json &pod) {
            return !pod.value("/spec/nodeName"_json_pointer, "").empty();
        }));
    }

    void judge()
    {
        std::vector<QFuture<core::Result<stack::ClusterFacts>>> asked;
        for (const Trial &trial : m_trials)
            asked.push_back(operations::surveyCluster(theClient(), {trial.nameSpace}));
        for (std::size_t i = 0; i < m_trials.size(); ++i) {
            const auto facts = ctl::await(asked[i]);
            ASSERT_TRUE(facts) << facts.error().describe();
            m_trials[i].findings = stack::checkFeasibility(m_trials[i].tried, *facts);
        }
    }

    void tryAll()
    {
        for (Trial &trial : m_trials) {
            for (const Json &object : trial.tried) {
                const auto made = ctl::await(client().apply(object, {.force = true}));
                if (!made)
                    trial.refused += made.error().message;
            }
        }
    }

    /// Why not everything of it runs, in the cluster's words; empty: nothing stands in the way so far.
    [[nodiscard]] static std::string obstacle(const Trial &trial)
    {
        if (!trial.refused.empty())
            return trial.refused;
        for (const Json &pod : list({"", "Pod"}, trial.nameSpace)) {
            for (const Json &condition : pod.value("/status/conditions"_json_pointer, Json::array()))
                if (condition.value("reason", "") == "Unschedulable")
                    return condition.value("message", "Unschedulable");
        }
        for (const Json &event : list({"", "Event"}, trial.nameSpace)) {
            const std::string reason = event.value("reason", "");
            if (reason == "FailedCreate" || reason == "ReplicaSetCreateError")
                return event.value("message", reason);
        }
        return {};
    }

    /// All pods that the tried workloads want, and those of before that they do not replace.
    [[nodiscard]] static std::size_t wantedPods(const Trial &trial)
    {
        std::map<std::string, std::size_t> wanted;
        for (const auto *objects : {&trial.given, &trial.tried}) {
            for (const Json &object : *objects) {
                const std::string kind = object["kind"];
                if (kind == "Pod" || kind == "Deployment" || kind == "StatefulSet")
                    wanted[kind + object["metadata"].value("name", "")] =
                        kind == "Pod" ? 1 : object["spec"].value("replicas", std::size_t{1});
            }
        }
        std::size_t sum = 0;
        for (const auto &[name, count] : wanted)
            sum += count;
        return sum;
    }

    void confirm(const Trial &trial) const
    {
        SCOPED_TRACE(trial.situation->name);
        const bool certain = !trial.findings.empty() && trial.findings.front().certain;
        const std::string said = trial.findings.empty() ? "it fits" : trial.findings.front().message;
        EXPECT_EQ(certain, fails(*trial.situation)) << said;
        EXPECT_THAT(said, HasSubstr(trial.situation->says));
        const auto saysMore = [&](const stack::Finding &finding) {
            return finding.message.find(trial.situation->also) != std::string::npos;
        };
        EXPECT_TRUE(*trial.situation->also == '\0' ||
                    std::any_of(trial.findings.begin(), trial.findings.end(), saysMore))
            << trial.situation->also;
        if (certain) {
            EXPECT_TRUE(trial.situation->silent ||
                        eventually([&] { return !obstacle(trial).empty(); }, std::chrono::seconds(20)))
                << "said: " << said << ", and nothing stood in the way";
            const char *const refusal = trial.situation->invalid ? "is invalid" : "forbidden";
            EXPECT_TRUE(trial.refused.empty() || trial.refused.find(refusal) != std::string::npos) << trial.refused;
            EXPECT_FALSE(trial.situation->invalid && trial.refused.empty()) << "said: " << said;
            const auto fits = podsThatFit(trial);
            if (!fits)
                return;
            const auto expected = *fits + podsOfOthers(trial);
            EXPECT_TRUE(eventually([&] { return scheduledPods(trial) == expected; }, std::chrono::seconds(10)))
                << "said: " << said << "; " << scheduledPods(trial) << " pods have a node: " << obstacle(trial);
        } else {
            EXPECT_TRUE(eventually([&] { return scheduledPods(trial) >= wantedPods(trial); }, std::chrono::seconds(20)))
                << scheduledPods(trial) << " of " << wantedPods(trial) << " pods have a node: " << obstacle(trial);
            EXPECT_EQ(trial.refused, "");
        }
    }

    /// Of all that is tried, where the number is said of each.
    [[nodiscard]] static std::optional<std::size_t> podsThatFit(const Trial &trial)
    {
        std::map<kube::ObjectKey, long long> fits;
        for (const stack::Finding &finding : trial.findings) {
            if (finding.certain && finding.fits) {
                const auto known = fits.emplace(finding.object, *finding.fits).first;
                known->second = std::min(known->second, *finding.fits);
            }
        }
        std::size_t sum = 0;
        for (const auto &[object, count] : fits)
            sum += static_cast<std::size_t>(count);
        return fits.size() == trial.tried.size() ? std::optional(sum) : std::nullopt;
    }

    [[nodiscard]] static std::size_t podsOfOthers(const Trial &trial)
    {
        std::size_t count = 0;
        for (const Json &object : trial.given)
            count += object["kind"] == "Pod" ? 1 : 0;
        return count;
    }

    [[nodiscard]] bool fails(const Situation &situation) const
    {
        return situation.verdict == Verdict::Fails && m_minor >= situation.since;
    }

    core::SystemClock m_clock;
    std::string m_id;
    QTimer m_heart;
    std::vector<QFuture<core::Result<Json>>> m_beats;
    std::vector<Trial> m_trials;
    int m_minor = 0;
};

TEST_F(Feasibility, whatIsSaidComesTrue)
{
    const auto discovery = ctl::await(client().discover());
    ASSERT_TRUE(discovery);
    m_minor = (*discovery)->minorVersion();
    prepare();
    judge();
    tryAll();
    for (const Trial &trial : m_trials)
        confirm(trial);
}

/// An eviction is refused as long as the budget allows none, and a roll-out waits that finds no room beside the old
/// pods: both are warned of, and neither stops a deploy.
class Disruption : public ContractTest
{
protected:
    [[nodiscard]] std::vector<std::string> warnings(const std::vector<Json> &objects) const
    {
        const auto facts = must(operations::surveyCluster(theClient(), {nameSpace()}));
        std::vector<std::string> messages;
        for (const auto &finding : stack::checkFeasibility(objects, facts)) {
            EXPECT_FALSE(finding.certain) << finding.message;
            messages.push_back(finding.message);
        }
        return messages;
    }

    [[nodiscard]] Json paused(const std::string &name, int replicas) const
    {
        Json object = deployment(name, replicas);
        Json &spec = object["spec"]["template"]["spec"];
        spec["containers"][0]["image"] = "registry.k8s.io/pause:3.2";
        spec["terminationGracePeriodSeconds"] = 0;
        return object;
    }

    [[nodiscard]] Json budget(const std::string &name, const char *field, const Json &value) const
    {
        return {{"apiVersion", "policy/v1"},
                {"kind", "PodDisruptionBudget"},
                {"metadata", {{"name", name}, {"namespace", nameSpace().value()}}},
                {"spec", {{field, value}, {"selector", {{"matchLabels", {{"app", name}}}}}}}};
    }

    [[nodiscard]] bool isReady(const std::string &name, int replicas) const
    {
        return eventually([&] {
            return must(client().get(deploymentKey(name))).value("/status/readyReplicas"_json_pointer, 0) == replicas;
        });
    }
};

TEST_F(Disruption, budgetsThatAllowNoEviction)
{
    struct Row
    {
        const char *name;
        int replicas;
        const char *field;
        Json value;
        bool blocks;
    };
    const int minor = must(client().discover())->minorVersion();
    const std::vector<Row> rows = {{"all", 1, "minAvailable", 1, true},
                                   {"half-of-one", 1, "minAvailable", "50%", true},
                                   {"none-missing", 2, "maxUnavailable", 0, true},
                                   {"half", 2, "minAvailable", "50%", false},
                                   {"one-missing", 1, "maxUnavailable", 1, false},
                                   {"a-tenth-missing", 2, "maxUnavailable", "10%", false}};
    for (const Row &row : rows) {
        const std::vector<Json> objects = {paused(row.name, row.replicas), budget(row.name, row.field, row.value)};
        const auto said = warnings(objects);
        EXPECT_EQ(said.empty(), !row.blocks) << row.name;
        for (const Json &object : objects)
            (void)must(client().apply(object));
    }
    for (const Row &row : rows) {
        SCOPED_TRACE(row.name);
        ASSERT_TRUE(isReady(row.name, row.replicas));
        const kube::ObjectKey key{{"policy", "PodDisruptionBudget"}, nameSpace(), row.name};
        EXPECT_TRUE(eventually(
            [&] { return must(client().get(key)).value("/status/currentHealthy"_json_pointer, 0) == row.replicas; }));
        const Json pods =
            must(client().list({"", "Pod"}, nameSpace(), {.labelSelector = std::string("app=") + row.name}));
        const std::string pod = pods["items"][0]["metadata"]["name"];
        const auto evicted =
            ctl::await(client().createSubresource({{"", "Pod"}, nameSpace(), pod}, "eviction",
                                                  {{"apiVersion", minor >= 22 ? "policy/v1" : "policy/v1beta1"},
                                                   {"kind", "Eviction"},
                                                   {"metadata", {{"name", pod}, {"namespace", nameSpace().value()}}}}));
        EXPECT_EQ(!evicted, row.blocks) << (evicted ? "evicted" : evicted.error().describe());
        if (!evicted) {
            EXPECT_EQ(evicted.error().httpStatus, 429) << evicted.error().describe();
        }
    }
}

TEST_F(Disruption, rolloutsThatNeedRoomForBoth)
{
    (void)must(client().create({{"apiVersion", "v1"},
                                {"kind", "ResourceQuota"},
                                {"metadata", {{"name", "pods"}, {"namespace", nameSpace().value()}}},
                                {"spec", {{"hard", {{"pods", "2"}}}}}}));
    const kube::ObjectKey quota{{"", "ResourceQuota"}, nameSpace(), "pods"};
    ASSERT_TRUE(eventually([&] { return must(client().get(quota)).contains("/status/used"_json_pointer); }));
    Json object = paused("web", 2);
    object["spec"]["strategy"] = {{"rollingUpdate", {{"maxSurge", 1}, {"maxUnavailable", 0}}}};
    EXPECT_THAT(warnings({object}), testing::Contains(HasSubstr("a roll-out of web at 2 replicas adds 1: pods 3 > 2")));
    (void)must(client().apply(object));
    ASSERT_TRUE(isReady("web", 2));
    object["spec"]["template"]["metadata"]["annotations"]["restart"] = "1";
    (void)must(client().apply(object));
    const auto updated = [&] {
        return must(client().get(deploymentKey("web"))).value("/status/updatedReplicas"_json_pointer, 0);
    };
    const auto isRefused = [&] {
        const Json events = must(client().list({"", "Event"}, nameSpace()));
        return events.dump().find("FailedCreate") != std::string::npos;
    };
    EXPECT_TRUE(eventually(isRefused)) << "the new pod is one too many";
    EXPECT_TRUE(eventually([&] { return updated() == 0; })) << "of the new template there is none";
    object["spec"]["strategy"] = {{"rollingUpdate", {{"maxSurge", 0}, {"maxUnavailable", 1}}}};
    EXPECT_THAT(warnings({object}), testing::IsEmpty());
    (void)must(client().apply(object));
    EXPECT_TRUE(eventually([&] { return updated() == 2; })) << "one goes before one comes";
}

} // namespace
} // namespace binnacle::contract

// SPDX-License-Identifier: GPL-3.0-or-later
// What a RuntimeClass adds to the pods that name it, in the verdict on a stack.
#include "stack/ClusterFacts.h"
#include "stack/YamlReader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::stack {
namespace {

using testing::HasSubstr;

std::vector<core::Json> objectsOf(const std::string &yaml)
{
    const auto objects = readManifests(yaml, "test.yaml");
    EXPECT_TRUE(objects);
    return objects.value_or(std::vector<core::Json>{});
}

std::string runtimeClass(const std::string &name, const std::string &more, const std::string &version = "v1")
{
    return "---\napiVersion: node.k8s.io/" + version + "\nkind: RuntimeClass\nmetadata: {name: " + name +
           "}\nhandler: runc\n" + more + "\n";
}

std::string web(int replicas, const std::string &resources, const std::string &podSpec, const char *kind = "Deployment")
{
    return std::string("---\napiVersion: apps/v1\nkind: ") + kind +
           "\nmetadata: {name: web, namespace: a}\nspec: {replicas: " + std::to_string(replicas) +
           ", strategy: {type: Recreate}, template: {spec: {containers: [{name: c, resources: {" + resources + "}}], " +
           podSpec + "}}}\n";
}

std::string policy(const char *kind, const std::string &spec)
{
    return std::string("---\napiVersion: v1\nkind: ") + kind + "\nmetadata: {name: p, namespace: a}\nspec: {" + spec +
           "}\n";
}

const char *const twoNodes = R"(
apiVersion: v1
kind: Node
metadata: {name: one, labels: {runs: kata}}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}}
---
apiVersion: v1
kind: Node
metadata: {name: two}
spec: {taints: [{key: only, value: batch, effect: NoSchedule}]}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}}
)";

/// Of a cluster with two nodes and the classes "plain", "heavy", "kata" and "tolerant".
std::vector<Finding> judged(const std::string &stack, int minorVersion)
{
    ClusterFacts facts;
    facts.minorVersion = minorVersion;
    facts.nodes = objectsOf(twoNodes);
    facts.nodePods.emplace();
    facts.runtimeClasses =
        objectsOf(runtimeClass("plain", "") + runtimeClass("heavy", "overhead: {podFixed: {cpu: 500m, memory: 1Gi}}") +
                  runtimeClass("kata", "scheduling: {nodeSelector: {runs: kata}}") +
                  runtimeClass("tolerant", "scheduling: {tolerations: [{key: only, operator: Exists}]}", "v1beta1"));
    return checkFeasibility(objectsOf(stack), facts);
}

TEST(RuntimeClassFit, whatAClassAddsToPods)
{
    struct Row
    {
        const char *name;
        std::string stack;
        std::string said; ///< empty: it fits
        std::optional<long long> fits = {};
        bool certain = true;
        int minorVersion = 30;
    };
    const std::string heavy = "runtimeClassName: heavy", cpu = "requests: {cpu: 500m}";
    const std::string both = "requests: {cpu: 500m}, limits: {cpu: 600m}";
    const auto quota = [](const std::string &hard) { return policy("ResourceQuota", "hard: {" + hard + "}"); };
    const std::vector<Row> rows = {
        {"a class that adds nothing", web(4, cpu, "runtimeClassName: plain"), ""},
        {"its overhead needs room on a node", web(4, cpu, heavy),
         "web fits 2 replicas, its spec asks for 4: of 2 nodes: 1 with too little cpu free (0, a pod requests 1)", 2},
        {"and has it", web(2, cpu, heavy), ""},
        {"its memory, too", web(4, "", heavy), ""},
        {"memory of which there is none left", web(2, "requests: {memory: 2Gi}", heavy), "memory free (1Gi", 1},
        {"a class of the stack's own",
         runtimeClass("mine", "overhead: {podFixed: {cpu: 1500m}}") + web(2, cpu, "runtimeClassName: mine"),
         "web fits 1 replica", 1},
        {"which replaces the cluster's", runtimeClass("heavy", "") + web(4, cpu, heavy), ""},
        {"a quota counts its overhead", web(2, cpu, heavy) + quota("requests.cpu: 1500m"),
         "web fits 1 replica, its spec asks for 2: requests.cpu 2 > 1500m", 1},
        {"a quota of limits, too", web(2, both, heavy) + quota("limits.cpu: 2"), "limits.cpu 2200m > 2", 1},
        {"overhead is no limit where there is none", web(1, cpu, heavy) + quota("limits.memory: 4Gi"),
         "there is no limits.memory of container c", 0},
        {"a pod without requests is best effort all the same",
         web(1, "", heavy) + policy("ResourceQuota", "hard: {pods: 0}, scopes: [NotBestEffort]"), ""},
        {"limit ranges know no overhead",
         web(1, both, heavy) + policy("LimitRange", "limits: [{type: Pod, max: {cpu: 600m}}]"), ""},
        {"some of this version count it",
         web(2, cpu, heavy) + quota("requests.cpu: 1500m"),
         "requests.cpu 2 > 1500m of the quota p, or not: Kubernetes counts the overhead of a runtime class in quotas "
         "from 1.20.5 on",
         {},
         false,
         20},
        {"too much for any of them", web(2, cpu, heavy) + quota("requests.cpu: 400m"), "requests.cpu 2 > 400m", 0, true,
         20},
        {"nodes count it from the first", web(4, cpu, heavy), "web fits 2 replicas", 2, true, 20},
        {"its nodes", web(4, cpu, "runtimeClassName: kata"), ""},
        {"of which there are too few", web(5, cpu, "runtimeClassName: kata"), "web fits 4 replicas", 4},
        {"its nodes, and those of the pod", web(1, cpu, "runtimeClassName: kata, nodeSelector: {disk: ssd}"),
         "not matching its node selector", 0},
        {"the same nodes as the pod's", web(1, cpu, "runtimeClassName: kata, nodeSelector: {runs: kata}"), ""},
        {"other nodes than the pod's", web(1, cpu, "runtimeClassName: kata, nodeSelector: {runs: runc}"),
         "pods of web will be refused: their node selector asks for runs=runc, and the runtime class kata for "
         "runs=kata",
         0},
        {"it tolerates taints", web(8, cpu, "runtimeClassName: tolerant"), ""},
        {"a daemon set's controller does not know its nodes",
         web(1, "", "runtimeClassName: kata, tolerations: [{operator: Exists}]", "DaemonSet"),
         "web fits 1 replica, the nodes ask for 2", 1},
        {"nor what it tolerates", web(1, "", "runtimeClassName: tolerant", "DaemonSet"), ""},
        {"overhead as the class has it", web(2, cpu, heavy + ", overhead: {cpu: 0.5, memory: 1024Mi}"), ""},
        {"another overhead than the class has", web(2, cpu, heavy + ", overhead: {cpu: 100m}"),
         "they state another overhead than the runtime class heavy", 0},
        {"overhead of a class that has none", web(1, cpu, "runtimeClassName: plain, overhead: {cpu: 100m}"),
         "they state an overhead, and the runtime class plain has none", 0},
        {"overhead of no class", web(1, cpu, "overhead: {cpu: 100m}"),
         "they state an overhead, and name no runtime class that has it", 0},
        {"no such class", web(1, cpu, "runtimeClassName: nosuch"), "there is no runtime class nosuch", 0},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.name);
        const auto findings = judged(row.stack, row.minorVersion);
        EXPECT_EQ(findings.empty(), row.said.empty()) << (findings.empty() ? "fits" : findings.front().message);
        if (findings.empty())
            continue;
        EXPECT_THAT(findings.front().message, HasSubstr(row.said));
        EXPECT_EQ(findings.front().fits, row.fits);
        EXPECT_EQ(findings.front().certain, row.certain);
    }
}

TEST(RuntimeClassFit, whatCannotBeReadIsNotJudged)
{
    ClusterFacts facts;
    facts.nodes = objectsOf(twoNodes);
    const auto objects = objectsOf(web(1, "", "runtimeClassName: unknown, overhead: {cpu: 1}"));
    EXPECT_THAT(checkFeasibility(objects, facts), testing::IsEmpty());
}

} // namespace
} // namespace binnacle::stack

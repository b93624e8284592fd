// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ClusterFacts.h"
#include "stack/Stack.h"
#include "stack/YamlReader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::stack {
namespace {

using testing::HasSubstr;

const std::string aiSaas = std::string(BINNACLE_SOURCE_DIR) + "/manifests/ai-saas";

std::vector<std::string> messagesOf(const std::vector<Finding> &findings)
{
    std::vector<std::string> messages;
    for (const Finding &finding : findings) {
        messages.push_back(finding.object.describe() + ": " + finding.message);
    }
    return messages;
}

TEST(Feasibility, theStackIsFeasibleInEveryOverlay)
{
    const auto stack = loadStack(aiSaas);
    ASSERT_TRUE(stack);
    for (const std::string &overlay : stack->overlays) {
        const auto objects = render(*stack, {overlay, {}});
        ASSERT_TRUE(objects);
        EXPECT_THAT(messagesOf(checkFeasibility(*objects)), testing::IsEmpty()) << overlay;
    }
}

TEST(Feasibility, tenBackEndsDoNotFitTheQuota)
{
    const auto stack = loadStack(aiSaas);
    ASSERT_TRUE(stack);
    const auto objects = render(*stack, {"azure", {{"backend.replicas.max", "10"}}});
    ASSERT_TRUE(objects);
    const auto findings = checkFeasibility(*objects);
    ASSERT_EQ(findings.size(), 1U);
    // PostgreSQL 2, Redis 1, the backup 0.5, ten back ends 20
    EXPECT_EQ(findings[0].message, "backend fits 8 replicas, HorizontalPodAutoscaler backend-hpa allows 10: limits.cpu "
                                   "23500m > 20 of the quota app-backend-quota");
    EXPECT_EQ(findings[0].severity, Finding::Severity::Error);
}

const char *const trapped = R"(
apiVersion: v1
kind: Namespace
metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: q, namespace: a}
spec: {hard: {limits.cpu: "6", limits.memory: 9Gi, persistentvolumeclaims: "1", pods: "3"}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: l, namespace: a}
spec: {limits: [{type: Container, max: {cpu: "1"}, min: {memory: 128Mi}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c, namespace: a}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: a}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: db}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      volumes: [{name: host, hostPath: {path: /}}]
      containers:
      - name: db
        resources: {limits: {cpu: "2", memory: 1Gi}, requests: {memory: 64Mi}}
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [CHOWN]}}
  volumeClaimTemplates: [{metadata: {name: d}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: p, namespace: a}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: db}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, resources: {limits: {cpu: "1"}}}, {name: side}]
)";

TEST(Feasibility, findsTheTrapsOfAStack)
{
    const auto objects = readManifests(trapped, "trapped.yaml");
    ASSERT_TRUE(objects) << objects.error().describe();
    const auto messages = messagesOf(checkFeasibility(*objects));
    for (const char *expected :
         {"volume host is of type hostPath", "container db adds the capability CHOWN",
          "container web does not drop ALL capabilities", "container side does not set runAsNonRoot: true",
          "too many volume claims in a: persistentvolumeclaims 2 > 1 of the quota q",
          "there is no limits.memory of container side: its pods will be refused",
          "a roll-out of web at 2 replicas adds 1: limits.cpu 8 > 6 of the quota q",
          "limits.cpu 2 is above the maximum 1 of LimitRange l",
          "requests.memory 64Mi is below the minimum 128Mi of LimitRange l",
          "no pod of db may be evicted at 1 replica"}) {
        EXPECT_THAT(messages, testing::Contains(HasSubstr(expected))) << expected;
    }
}

std::vector<core::Json> objectsOf(const std::string &yaml)
{
    const auto objects = readManifests(yaml, "test.yaml");
    EXPECT_TRUE(objects);
    return objects.value_or(std::vector<core::Json>{});
}

const char *const small = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a}
spec:
  replicas: 3
  strategy: {type: Recreate}
  template:
    spec: {containers: [{name: web, resources: {requests: {cpu: "1", memory: 1Gi}, limits: {cpu: "1", memory: 1Gi}}}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: a}
spec:
  replicas: 2
  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]
  template:
    spec: {containers: [{name: db, resources: {requests: {cpu: "1", memory: 1Gi}, limits: {cpu: "1", memory: 1Gi}}}]}
)";

TEST(ClusterFacts, nothingKnownIsJudgedAsTheManifestsAlone)
{
    EXPECT_THAT(checkFeasibility(objectsOf(small), ClusterFacts{}), testing::IsEmpty());
}

TEST(ClusterFacts, whatBreaksFirstIsFirst)
{
    ClusterFacts facts;
    facts.objects = objectsOf(R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: given, namespace: a}
spec: {hard: {limits.cpu: "4", limits.memory: 3Gi}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web, namespace: a, ownerReferences: [{kind: Deployment, name: web, controller: true}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: a, ownerReferences: [{kind: ReplicaSet, name: web, controller: true}]}
spec: {containers: [{name: web, resources: {limits: {cpu: "1", memory: 1Gi}}}]}
)");
    const auto findings = checkFeasibility(objectsOf(small), facts);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].fits, 1);
    EXPECT_EQ(findings[0].message,
              "web fits 1 replica, its spec asks for 3: limits.memory 5Gi > 3Gi of the quota given");
    EXPECT_EQ(findings[1].fits, 2) << findings[1].message;
}

TEST(ClusterFacts, workloadsOfOthersTakeTheirShareOfTheQuota)
{
    ClusterFacts facts;
    facts.objects = objectsOf(R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: given, namespace: a}
spec: {hard: {pods: "5", persistentvolumeclaims: "2"}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-db-0, namespace: a}
---
apiVersion: v1
kind: Pod
metadata: {name: finished, namespace: a}
status: {phase: Succeeded}
)");
    EXPECT_THAT(messagesOf(checkFeasibility(objectsOf(small), facts)), testing::IsEmpty())
        << "claims of the stack's StatefulSet and finished pods are no others";
    facts.objects.push_back(objectsOf("apiVersion: v1\nkind: Pod\nmetadata: {name: other, namespace: a}\n").front());
    EXPECT_THAT(
        messagesOf(checkFeasibility(objectsOf(small), facts)),
        testing::ElementsAre(HasSubstr("web fits 2 replicas, its spec asks for 3: pods 6 > 5 of the quota given")));
}

TEST(ClusterFacts, whatTheClusterLacks)
{
    ClusterFacts facts;
    facts.kinds.emplace().insert({"apps", "StatefulSet"});
    facts.storageClasses = objectsOf("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: slow}\n");
    facts.nodes = objectsOf("apiVersion: v1\nkind: Node\nmetadata: {name: n}\n"
                            "status: {allocatable: {cpu: 500m, memory: 8Gi, pods: \"10\"}}\n");
    EXPECT_THAT(
        messagesOf(checkFeasibility(objectsOf(small), facts)),
        testing::UnorderedElementsAre(
            HasSubstr("the cluster serves no kind Deployment of API group apps"),
            HasSubstr("the cluster has no storage class fast"),
            HasSubstr("no node takes a pod of web: of 1 node: 1 with too little cpu free (500m, a pod requests 1)"),
            HasSubstr("no node takes a pod of db")));
}

TEST(ClusterFacts, kindsThatNobodyServes)
{
    const auto widget = objectsOf("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: a}\n");
    ClusterFacts facts;
    EXPECT_THAT(checkFeasibility(widget, facts), testing::IsEmpty()) << "nobody asked the cluster";
    facts.kinds.emplace().insert({"apps", "Deployment"});
    facts.hidden.insert({"", "Pod"}); // what this user may not see changes nothing of it
    const auto findings = checkFeasibility(widget, facts);
    ASSERT_THAT(messagesOf(findings),
                testing::ElementsAre("Widget a/w: the cluster serves no kind Widget of API group example.com"));
    EXPECT_TRUE(findings.front().certain) << "so that deploy says it before it writes anything";
    facts.silentGroups.insert("example.com");
    EXPECT_THAT(checkFeasibility(widget, facts), testing::IsEmpty()) << "its API server is down, and may serve it";
    facts.silentGroups.clear();
    auto defined = objectsOf("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
                             "metadata: {name: widgets.example.com}\n"
                             "spec: {group: example.com, names: {kind: Widget}}\n");
    facts.kinds->insert({"apiextensions.k8s.io", "CustomResourceDefinition"});
    defined.push_back(widget.front());
    EXPECT_THAT(checkFeasibility(defined, facts), testing::IsEmpty()) << "the stack defines it";
}

/// Two nodes of 2 cpus in zones x and y, and one of 8 that only pods for it may use.
const char *const threeNodes = R"(
apiVersion: v1
kind: Node
metadata: {name: one, labels: {zone: x, kubernetes.io/hostname: one, cores: "2"}}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10", example.com/gpu: "1"}}
---
apiVersion: v1
kind: Node
metadata: {name: two, labels: {zone: y, kubernetes.io/hostname: two, cores: "2"}}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}}
---
apiVersion: v1
kind: Node
metadata: {name: big, labels: {zone: y, kubernetes.io/hostname: big, cores: "8"}}
spec: {taints: [{key: only, value: batch, effect: NoSchedule}]}
status: {allocatable: {cpu: "8", memory: 4Gi, pods: "10"}}
)";

/// A Deployment "web" with so many replicas of a pod with this spec beside its container's resources.
std::string web(int replicas, const std::string &resources, const std::string &spec = {}, const std::string &more = {})
{
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: a}\nspec:\n  replicas: " +
           std::to_string(replicas) + "\n  strategy: {type: Recreate}\n" + more +
           "  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, resources: {" +
           resources + "}}]" + (spec.empty() ? "" : ", " + spec) + "}\n";
}

std::string quota(const std::string &spec)
{
    return "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: a}\nspec: {" + spec + "}\n";
}

TEST(ClusterFacts, roomAndRulesOfNodes)
{
    const std::string apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                              "[{topologyKey: zone, labelSelector: {matchLabels: {app: web}}}]}}";
    const std::string spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: "
                               "DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]";
    const std::string nodeAffinity = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                                     "{nodeSelectorTerms: [{matchExpressions: [{key: cores, operator: ";
    const std::string tolerant = "tolerations: [{key: only, operator: Exists}]";
    struct Row
    {
        const char *name;
        std::string objects;
        std::string said;
        std::optional<long long> fits = {};
    };
    const std::vector<Row> rows = {
        {"each node holds two", web(4, "requests: {cpu: 1}"), ""},
        {"the taint keeps the fifth away", web(5, "requests: {cpu: 1}"),
         "web fits 4 replicas, its spec asks for 5: of 3 nodes: 2 with too little cpu free (0, a pod requests 1), 1 "
         "with "
         "the taint only=batch:NoSchedule",
         4},
        {"who tolerates it goes there", web(12, "requests: {cpu: 1}", tolerant), ""},
        {"an extended resource", web(2, "limits: {example.com/gpu: 1}"), "web fits 1 replica", 1},
        {"one a zone", web(2, "", apart), ""},
        {"there are two zones", web(3, "", apart), "1 with the taint", 2},
        {"spread evenly", web(4, "", spread), ""},
        {"spread, but a zone is full", web(4, "limits: {example.com/gpu: 0}, requests: {cpu: 1500m}", spread),
         "web fits 2 replicas", 2},
        {"more cores than any", web(1, "", nodeAffinity + "Gt, values: [\"8\"]}]}]}}}"), "no node takes a pod of web",
         0},
        {"not those with two cores", web(1, "", nodeAffinity + "NotIn, values: [\"2\"]}]}]}}}"),
         "with the taint only=batch:NoSchedule", 0},
        {"one host port a node", web(3, "", "hostNetwork: true"), ""},
        {"a name that no node has", web(1, "", "nodeSelector: {disk: ssd}"), "not matching its node selector", 0},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.name);
        ClusterFacts facts;
        facts.nodes = objectsOf(threeNodes);
        facts.nodePods.emplace();
        const auto findings = checkFeasibility(objectsOf(row.objects), facts);
        EXPECT_EQ(findings.empty(), row.said.empty()) << (findings.empty() ? "fits" : findings.front().message);
        if (findings.empty())
            continue;
        EXPECT_THAT(findings.front().message, HasSubstr(row.said));
        EXPECT_EQ(findings.front().fits, row.fits);
        EXPECT_TRUE(findings.front().certain);
    }
}

TEST(ClusterFacts, aPackingIsFoundWhereGreedDoesNot)
{
    // 3 and 3 of 6, 4 and 5 of 9: whoever begins with the largest leaves no room for the last.
    ClusterFacts facts;
    for (const char *const cpus : {"6", "9"})
        facts.nodes.push_back(objectsOf(std::string("apiVersion: v1\nkind: Node\nmetadata: {name: n") + cpus +
                                        "}\nstatus: {allocatable: {cpu: \"" + cpus + "\", pods: \"9\"}}\n")
                                  .front());
    std::string objects;
    for (const char *const size : {"3", "3", "4", "5"}) {
        std::string one = web(1, std::string("requests: {cpu: ") + size + "}");
        one.replace(one.find("name: web"), 9, "name: w" + std::to_string(objects.size()));
        objects += one + "---\n";
    }
    EXPECT_THAT(messagesOf(checkFeasibility(objectsOf(objects), facts)), testing::IsEmpty());
}

TEST(ClusterFacts, whatCountsForAQuota)
{
    struct Row
    {
        const char *name;
        std::string objects;
        std::string said;
        std::optional<long long> fits = {};
    };
    const std::string autoscaler =
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, "
        "namespace: a}\nspec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {kind: "
        "Deployment, name: web}}\n---\n";
    const std::string cron =
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly, namespace: a}\nspec: {schedule: \"0 3 * * *\", "
        "jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}\n---\n";
    const std::string job =
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: work, namespace: a}\nspec: {parallelism: "
        "3, template: {spec: {containers: [{name: c}]}}}\n---\n";
    const std::vector<Row> rows = {
        {"an init container that asks more than the rest",
         web(1, "requests: {memory: 1Gi}", "initContainers: [{name: i, resources: {requests: {memory: 3Gi}}}]") +
             "---\n" + quota("hard: {requests.memory: 2Gi}"),
         "requests.memory 3Gi > 2Gi of the quota q", 0},
        {"a sidecar runs beside the container",
         web(1, "requests: {cpu: 1}",
             "initContainers: [{name: s, restartPolicy: Always, resources: {requests: {cpu: 1}}}]") +
             "---\n" + quota("hard: {requests.cpu: \"1\"}"),
         "requests.cpu 2 > 1", 0},
        {"the overhead of the runtime class",
         web(1, "requests: {cpu: 1}", "overhead: {cpu: 500m}") + "---\n" + quota("hard: {cpu: \"1\"}"), "cpu 1500m > 1",
         0},
        {"best effort is not what the quota counts",
         web(3, "") + "---\n" + quota("hard: {pods: 1}, scopes: [NotBestEffort]"), ""},
        {"best effort is what it counts", web(3, "") + "---\n" + quota("hard: {pods: 1}, scopes: [BestEffort]"),
         "web fits 1 replica", 1},
        {"the autoscaler's minimum", web(1, "") + autoscaler + quota("hard: {pods: \"1\"}"),
         "web fits 1 replica, HorizontalPodAutoscaler h wants at least 2: pods 2 > 1", 1},
        {"the autoscaler's maximum", web(2, "") + autoscaler + quota("hard: {pods: \"4\"}"),
         "web fits 4 replicas, HorizontalPodAutoscaler h allows 9: pods 9 > 4", 4},
        {"a name that only the server knows", web(1, "") + "---\n" + quota("hard: {count/deployments.apps: 0}"),
         "count/deployments.apps 1 > 0"},
        {"the replica set that a deployment needs", web(1, "") + "---\n" + quota("hard: {count/replicasets.apps: 0}"),
         "web needs a ReplicaSet, which is refused: count/replicasets.apps 1 > 0 of the quota q", 0},
        {"a paused deployment makes none yet",
         web(1, "", "", "  paused: true\n  revisionHistoryLimit: 0\n") + "---\n" +
             quota("hard: {count/replicasets.apps: 2}"),
         ""},
        {"the replica sets that roll-outs leave",
         web(1, "", "", "  revisionHistoryLimit: 3\n") + "---\n" + quota("hard: {count/replicasets.apps: 4}"),
         "one day a roll-out will be refused, as revisionHistoryLimit keeps what earlier ones made: "
         "count/replicasets.apps 5 > 4"},
        {"room for them all",
         web(1, "", "", "  revisionHistoryLimit: 3\n") + "---\n" + quota("hard: {count/replicasets.apps: 5}"), ""},
        {"the jobs of a cron job", cron + quota("hard: {count/jobs.batch: 0}"),
         "each run of nightly needs a Job, which will be refused: count/jobs.batch 1 > 0"},
        {"the jobs that it keeps", cron + quota("hard: {count/jobs.batch: 4}"),
         "one day a run will be refused, as the history limits of cron jobs keep what earlier ones made: "
         "count/jobs.batch 5 > 4"},
        {"a request above the limit", web(1, "requests: {cpu: 10m}, limits: {cpu: 5m}"),
         "the server refuses Deployment web, container c: requests.cpu 10m is more than limits.cpu 5m", 0},
        {"a request above the limit range's default",
         web(1, "requests: {cpu: 50m}") +
             "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: a}\nspec: {limits: [{type: "
             "Container, default: {cpu: 10m}}]}\n",
         "pods of web will be refused, container c: requests.cpu 50m is more than limits.cpu 10m, where a LimitRange "
         "of namespace a fills in what is not stated",
         0},
        {"a figure that the quota makes mandatory", web(1, "") + "---\n" + quota("hard: {limits.cpu: 1}"),
         "there is no limits.cpu of container c", 0},
        {"amounts as people write them",
         web(1, "requests: {memory: 100M}") + "---\n" + quota("hard: {requests.memory: \"34217728\"}"),
         "requests.memory 100M > 33415.75Ki of the quota q", 0},
        {"more pods at once than the quota has", job + quota("hard: {pods: 2}"),
         "Job work runs 2 of its 3 pods at once while everything else runs, the rest are refused until there is room: "
         "pods 3 > 2"},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.name);
        const auto findings = checkFeasibility(objectsOf(row.objects));
        EXPECT_EQ(findings.empty(), row.said.empty()) << (findings.empty() ? "fits" : findings.front().message);
        if (!findings.empty()) {
            EXPECT_THAT(findings.front().message, HasSubstr(row.said));
            EXPECT_EQ(findings.front().fits, row.fits);
        }
    }
}

/// What runs already is neither counted twice nor taken for certain to break.
TEST(ClusterFacts, deployingAgainIsNoAlarm)
{
    ClusterFacts facts;
    facts.objects =
        objectsOf(quota("hard: {pods: \"1\"}") +
                  "---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web-1, namespace: a, "
                  "ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}\n");
    for (const char *const name : {"web-1-a", "web-1-b"})
        facts.objects.push_back(
            objectsOf("apiVersion: v1\nkind: Pod\nmetadata: {name: " + std::string(name) +
                      ", namespace: a, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, "
                      "controller: true}]}\n")
                .front());
    const auto findings = checkFeasibility(objectsOf(web(2, "")), facts);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_THAT(findings[0].message, HasSubstr("pods 2 > 1"));
    EXPECT_FALSE(findings[0].certain) << "both run, though the quota was lowered below them";
    EXPECT_TRUE(checkFeasibility(objectsOf(web(3, "")), facts).front().certain) << "a third is refused";
}

/// A deploy that works must not be refused: what comes and goes by itself is not certain to break it.
TEST(ClusterFacts, whatStopsNoDeploy)
{
    struct Row
    {
        const char *name;
        std::string objects;
        std::string live;
        bool certain = false;
    };
    const std::string job =
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, namespace: a}\nspec: {template: "
        "{spec: {restartPolicy: Never, containers: [{name: c, resources: {requests: {cpu: ";
    const std::string end = "}}}]}}}\n---\n";
    const std::string cores = quota("hard: {requests.cpu: \"2\"}") + "---\n";
    const std::string two = web(1, "requests: {cpu: 2}") + "---\n";
    const std::string pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web-7d-x, namespace: a, ";
    const std::string ofSet =
        "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-7d, controller: "
        "true}]}\nspec: {nodeName: one, containers: [{name: c, resources: {requests: {cpu: 2}}}]}\n";
    const std::string byOther = "}\nspec: {nodeName: one, containers: [{name: c, resources: {requests: {cpu: 2}}}]}\n";
    const std::string leaving = "deletionTimestamp: \"2026-01-01T00:00:00Z\", ";
    const std::string claim =
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: a}\nspec: "
        "{storageClassName: manual, resources: {requests: {storage: 1Gi}}}\n---\n";
    const std::string volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {storageClassName: "
                               "manual, capacity: {storage: 1Gi}}\n---\n";
    const std::string mounting = web(1, "", "volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]");
    const std::vector<Row> rows = {
        {"a job that runs before the rest", two + job + "1" + end, cores},
        {"a job that fits nowhere", job + "5" + end, cores, true},
        {"a job that has failed", job + "5" + end,
         cores + job + "5}}}]}}}\nstatus: {conditions: [{type: Failed, status: \"True\"}]}\n"},
        {"a pod of others", two, cores + pod + "labels: {}" + byOther, true},
        {"a pod of others that is going", two, cores + pod + leaving + "labels: {}" + byOther},
        {"its own, of a replica set not listed yet", two, cores + pod + ofSet},
        {"a claim that nobody provides", claim, "", true},
        {"a claim and its volume, both of the stack", volume + claim, ""},
        {"a claim that nobody makes", mounting, "", true},
        {"a claim that a custom resource may make",
         mounting + "---\napiVersion: db.example.com/v1\nkind: Postgres\nmetadata: {name: p, namespace: a}\n", ""},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.name);
        ClusterFacts facts;
        facts.nodes = objectsOf("apiVersion: v1\nkind: Node\nmetadata: {name: one}\nstatus: {allocatable: {cpu: \"2\", "
                                "pods: \"9\"}}\n");
        facts.storageClasses.emplace();
        facts.volumes.emplace();
        facts.objects = row.live.empty() ? std::vector<core::Json>() : objectsOf(row.live);
        facts.nodePods.emplace();
        for (const core::Json &object : facts.objects) {
            if (object["kind"] == "Pod")
                facts.nodePods->push_back(object);
        }
        const auto findings = checkFeasibility(objectsOf(row.objects), facts);
        const bool certain = !findings.empty() && findings.front().certain;
        EXPECT_EQ(certain, row.certain) << (findings.empty() ? "fits" : findings.front().message);
    }
}

TEST(ClusterFacts, howManyFit)
{
    ClusterFacts facts;
    facts.nodes = objectsOf(threeNodes);
    facts.nodePods.emplace();
    const kube::ObjectKey key{{"apps", "Deployment"}, core::Namespace("a"), "web"};
    EXPECT_EQ(fittingReplicas(objectsOf(web(1, "requests: {cpu: 1}")), facts, key), 4);
    facts.objects = objectsOf(quota("hard: {requests.cpu: \"3\"}"));
    EXPECT_EQ(fittingReplicas(objectsOf(web(1, "requests: {cpu: 1}")), facts, key), 3);
    EXPECT_EQ(fittingReplicas(objectsOf(web(1, "")), {}, key), std::nullopt) << "nothing limits it";
}

} // namespace
} // namespace binnacle::stack

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
spec: {hard: {limits.cpu: "4", persistentvolumeclaims: "1", pods: "3"}}
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
          "the stack has 2 volume claims in a, the quota allows 1",
          "there is no limits.cpu of container side: its pods will be refused",
          "a roll-out of web at 2 replicas adds 1: limits.cpu 5 > 4 of the quota q",
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
    EXPECT_THAT(messagesOf(checkFeasibility(objectsOf(small), facts)),
                testing::ElementsAre(HasSubstr("6 pods, the quota allows 5")));
}

TEST(ClusterFacts, whatTheClusterLacks)
{
    ClusterFacts facts;
    facts.kinds.emplace().insert({"apps", "StatefulSet"});
    facts.storageClasses.emplace().insert("slow");
    facts.nodes = objectsOf("apiVersion: v1\nkind: Node\nmetadata: {name: n}\n"
                            "status: {allocatable: {cpu: 500m, memory: 8Gi}}\n");
    EXPECT_THAT(
        messagesOf(checkFeasibility(objectsOf(small), facts)),
        testing::UnorderedElementsAre(HasSubstr("the cluster serves no kind Deployment of API group apps"),
                                      HasSubstr("the cluster has no storage class fast"),
                                      HasSubstr("a pod of web requests cpu 1, the largest node has 500m"),
                                      HasSubstr("a pod of db requests cpu 1, the largest node has 500m"),
                                      HasSubstr("the stack's pods request cpu 5 (web 3), the nodes have 500m")));
}

} // namespace
} // namespace binnacle::stack

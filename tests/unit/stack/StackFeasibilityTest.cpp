// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Feasibility.h"
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

} // namespace
} // namespace binnacle::stack

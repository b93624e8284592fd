// SPDX-License-Identifier: GPL-3.0-or-later
#include "HealthCase.h"

namespace binnacle::tests {

using cluster::HealthState;
using testing::HasSubstr;

namespace {

class Cluster : public testing::Test
{
protected:
    void add(const std::string &yaml)
    {
        for (auto &entry : records(yaml))
            store.upsert(std::move(entry));
    }
    void live(const core::GroupKind &kind, const std::string &nameSpace = "app")
    {
        store.setFeedStatus({kind, core::Namespace(nameSpace)}, {cluster::FeedState::Live, {}, {}});
    }
    [[nodiscard]] cluster::Health healthOf(const std::string &group, const std::string &kind,
                                           const std::string &name) const
    {
        return cluster::healthOf(kube::ObjectKey{{group, kind}, core::Namespace("app"), name}, store);
    }

    cluster::Store store{testClock()};
};

const char *const deployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: app, name: backend, uid: d1, generation: 2}
spec: {replicas: 3}
status: {observedGeneration: 2, replicas: 3, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 2}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {namespace: app, name: backend-7d4f, uid: r2, ownerReferences: [{uid: d1, controller: true, kind: Deployment}],
           annotations: {deployment.kubernetes.io/revision: "2"}}
spec: {replicas: 3}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {namespace: app, name: backend-old, uid: r1, ownerReferences: [{uid: d1, controller: true, kind: Deployment}],
           annotations: {deployment.kubernetes.io/revision: "1"}}
spec: {replicas: 0}
)";

const char *const crashingPod = R"(
apiVersion: v1
kind: Pod
metadata: {namespace: app, name: backend-7d4f-x, uid: p1, labels: {app: backend},
           ownerReferences: [{uid: r2, controller: true, kind: ReplicaSet}]}
spec: {containers: [{name: app}]}
status: {phase: Running, containerStatuses: [{name: app, state: {waiting: {reason: CrashLoopBackOff}},
         lastState: {terminated: {exitCode: 1, reason: Error}}}]}
)";

const char *const service = R"(
apiVersion: v1
kind: Service
metadata: {namespace: app, name: backend-service}
spec: {selector: {app: backend}}
)";

} // namespace

TEST_F(Cluster, DeploymentNamesTheWorstPod)
{
    add(deployment);
    add(crashingPod);
    const auto health = healthOf("apps", "Deployment", "backend");
    EXPECT_EQ(health.state, HealthState::Degraded);
    EXPECT_EQ(health.reason, "2 of 3 ready: backend-7d4f-x CrashLoopBackOff, exit 1");
}

TEST_F(Cluster, QuotaRefusalOfTheReplicaSetSurfacesAtTheDeployment)
{
    add(deployment);
    add(R"({apiVersion: apps/v1, kind: ReplicaSet, metadata: {namespace: app, name: backend-7d4f, uid: r2,
            ownerReferences: [{uid: d1, controller: true}], annotations: {deployment.kubernetes.io/revision: "2"}},
            spec: {replicas: 3}, status: {conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate,
            message: 'pods "backend-7d4f-" is forbidden: exceeded quota'}]}})");
    const auto health = healthOf("apps", "Deployment", "backend");
    EXPECT_EQ(health.state, HealthState::Degraded);
    EXPECT_THAT(health.reason, HasSubstr("exceeded quota"));
}

TEST_F(Cluster, EvictedPodsThatWereReplacedDoNotCount)
{
    add(R"({apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: app, name: db, uid: s1}, spec: {replicas: 1},
            status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentReplicas: 1}})");
    add(R"({apiVersion: v1, kind: Pod, metadata: {namespace: app, name: db-old, uid: p9,
            ownerReferences: [{uid: s1, controller: true}]}, status: {phase: Failed, reason: Evicted}})");
    EXPECT_EQ(healthOf("apps", "StatefulSet", "db").state, HealthState::Healthy);
}

TEST_F(Cluster, StatefulSetSaysWhyItsPodIsNotReady)
{
    add(R"({apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: app, name: postgres, uid: s1},
            spec: {replicas: 1}, status: {replicas: 1}})");
    add(R"({apiVersion: v1, kind: Pod, metadata: {namespace: app, name: postgres-0, uid: p1,
            ownerReferences: [{uid: s1, controller: true}]}, spec: {containers: [{name: postgres}]},
            status: {phase: Running, conditions: [{type: Ready, status: "False"}],
            containerStatuses: [{name: postgres, state: {running: {}}}]}})");
    add(R"({apiVersion: v1, kind: Event, metadata: {namespace: app, name: e1}, reason: Unhealthy, type: Warning,
            message: "Startup probe failed: no response", lastTimestamp: "2026-01-31T11:59:00Z",
            involvedObject: {kind: Pod, namespace: app, name: postgres-0, uid: p1}})");
    const auto health = healthOf("apps", "StatefulSet", "postgres");
    EXPECT_EQ(health.state, HealthState::Progressing);
    EXPECT_EQ(health.reason, "0 of 1 ready: postgres-0 container postgres is starting: its startup probe has not "
                             "succeeded: Startup probe failed: no response");
}

TEST_F(Cluster, QuotaRefusalOfAStatefulSetIsOnlyInItsEvents)
{
    add(R"({apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: app, name: db, uid: s1}, spec: {replicas: 1},
            status: {replicas: 0}})");
    add(R"({apiVersion: v1, kind: Event, metadata: {namespace: app, name: e1}, reason: FailedCreate, type: Warning,
            message: "create Pod db-0 failed: exceeded quota", lastTimestamp: "2026-01-31T11:59:00Z",
            involvedObject: {kind: StatefulSet, namespace: app, name: db, uid: s1}})");
    const auto health = healthOf("apps", "StatefulSet", "db");
    EXPECT_EQ(health.state, HealthState::Degraded);
    EXPECT_THAT(health.reason, HasSubstr("exceeded quota"));
}

TEST_F(Cluster, AClaimThatWaitsForItsFirstPodRests)
{
    add("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: app, name: c}, status: {phase: Pending}}");
    EXPECT_EQ(healthOf("", "PersistentVolumeClaim", "c").state, HealthState::Progressing);
    add(R"({apiVersion: v1, kind: Event, metadata: {namespace: app, name: e1}, reason: WaitForFirstConsumer,
            message: waiting for first consumer, lastTimestamp: "2026-01-31T11:59:00Z",
            involvedObject: {kind: PersistentVolumeClaim, namespace: app, name: c}})");
    EXPECT_EQ(healthOf("", "PersistentVolumeClaim", "c").state, HealthState::Suspended);
}

TEST_F(Cluster, ServiceNeedsReadyEndpointsOnceEndpointsAreWatched)
{
    add(service);
    EXPECT_EQ(healthOf("", "Service", "backend-service").state, HealthState::Healthy);
    live({"discovery.k8s.io", "EndpointSlice"});
    EXPECT_THAT(healthOf("", "Service", "backend-service").reason, HasSubstr("no pod matches app=backend"));
    add(crashingPod);
    const auto crashing = healthOf("", "Service", "backend-service");
    EXPECT_EQ(crashing.state, HealthState::Degraded);
    EXPECT_THAT(crashing.reason, HasSubstr("no ready endpoints: backend-7d4f-x CrashLoopBackOff"));
    add(R"({apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: app, name: backend-service-1,
            labels: {kubernetes.io/service-name: backend-service}},
            endpoints: [{conditions: {ready: true}}, {conditions: {ready: false}}]})");
    EXPECT_EQ(healthOf("", "Service", "backend-service"),
              (cluster::Health{HealthState::Healthy, "1 of 2 endpoints ready"}));
}

TEST_F(Cluster, CronJobFailsWithItsLastRun)
{
    add("{apiVersion: batch/v1, kind: CronJob, metadata: {namespace: app, name: backup, uid: c1}}");
    add(R"({apiVersion: batch/v1, kind: Job, metadata: {namespace: app, name: backup-1, uid: j1,
            creationTimestamp: "2026-01-30T02:00:00Z", ownerReferences: [{uid: c1, controller: true}]},
            status: {conditions: [{type: Complete, status: "True"}]}})");
    EXPECT_THAT(healthOf("batch", "CronJob", "backup").reason, HasSubstr("backup-1 completed"));
    add(R"({apiVersion: batch/v1, kind: Job, metadata: {namespace: app, name: backup-2, uid: j2,
            creationTimestamp: "2026-01-31T02:00:00Z", ownerReferences: [{uid: c1, controller: true}]},
            status: {conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded}]}})");
    const auto health = healthOf("batch", "CronJob", "backup");
    EXPECT_EQ(health.state, HealthState::Degraded);
    EXPECT_THAT(health.reason, HasSubstr("its last run backup-2 failed: BackoffLimitExceeded"));
}

TEST_F(Cluster, AnAbsentObjectIsMissingOnlyWhenItsFeedCanTell)
{
    EXPECT_EQ(healthOf("apps", "Deployment", "backend").state, HealthState::Unknown);
    store.setFeedStatus({{"apps", "Deployment"}, core::Namespace("app")}, {cluster::FeedState::Denied, {}, {}});
    EXPECT_EQ(healthOf("apps", "Deployment", "backend").state, HealthState::Unknown);
    live({"apps", "Deployment"});
    EXPECT_EQ(healthOf("apps", "Deployment", "backend").state, HealthState::Missing);
}

TEST_F(Cluster, IngressBackEndMustExist)
{
    live({"", "Service"});
    add(R"({apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {namespace: app, name: web}, spec: {rules: [
            {http: {paths: [{backend: {service: {name: nowhere, port: {number: 80}}}}]}}]}})");
    EXPECT_THAT(healthOf("networking.k8s.io", "Ingress", "web").reason, HasSubstr("service nowhere, does not exist"));
}

} // namespace binnacle::tests

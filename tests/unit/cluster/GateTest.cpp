// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Gate.h"
#include "health/HealthCase.h"

namespace binnacle::tests {

using cluster::Gate;
using cluster::GateKind;
using cluster::GateOutcome;
using testing::HasSubstr;

namespace {

const kube::ObjectKey web{{"apps", "Deployment"}, core::Namespace("app"), "web"};

std::string deployment(int generation, int observed, const char *uid = "u1", const char *version = "100")
{
    return "{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: app, name: web, uid: " + std::string(uid) +
           ", resourceVersion: \"" + version + "\", generation: " + std::to_string(generation) +
           "}, spec: {replicas: 1}, status: {observedGeneration: " + std::to_string(observed) +
           ", replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1,"
           " conditions: [{type: Available, status: \"True\"}]}}";
}

} // namespace

struct GateCase
{
    const char *name;
    std::string yaml; ///< the cached object
    Gate gate;
    GateOutcome outcome;
    const char *holds;
};

class GateTable : public testing::TestWithParam<GateCase>
{
};

TEST_P(GateTable, Decides)
{
    cluster::Store store(testClock());
    if (!GetParam().yaml.empty())
        store.upsert(record(GetParam().yaml));
    const cluster::GateResult result = cluster::evaluate(GetParam().gate, store);
    EXPECT_EQ(result.outcome, GetParam().outcome) << result.holds;
    EXPECT_THAT(result.holds, HasSubstr(GetParam().holds));
    EXPECT_EQ(result.holds.empty(), result.outcome == GateOutcome::Passed);
}

const kube::ObjectKey job{{"batch", "Job"}, core::Namespace("app"), "migrate"};
const kube::ObjectKey set{{"apps", "StatefulSet"}, core::Namespace("app"), "db"};
const kube::ObjectKey config{{"", "ConfigMap"}, core::Namespace("app"), "settings"};
const kube::ObjectKey crd{{"apiextensions.k8s.io", "CustomResourceDefinition"}, {}, "things.example.com"};

const GateCase gates[] = {
    {"ReadyAndApplied", deployment(2, 2), {GateKind::Ready, web, "u1", 2, "100"}, GateOutcome::Passed, ""},
    {"HealthyButOfAnOlderGeneration",
     deployment(1, 1),
     {GateKind::Ready, web, "u1", 2, ""},
     GateOutcome::Waiting,
     "the change has not been seen yet"},
    {"GenerationNotObserved",
     deployment(2, 1),
     {GateKind::Ready, web, "u1", 2, ""},
     GateOutcome::Waiting,
     "generation 2 not observed yet"},
    {"AnotherObject",
     deployment(2, 2, "u0"),
     {GateKind::Ready, web, "u1", 2, ""},
     GateOutcome::Waiting,
     "another object of that name"},
    {"OlderResourceVersion",
     deployment(2, 2, "u1", "99"),
     {GateKind::Ready, web, "u1", 2, "100"},
     GateOutcome::Waiting,
     "has not been seen yet"},
    {"NewerResourceVersionOfMoreDigits",
     deployment(2, 2, "u1", "1000"),
     {GateKind::Ready, web, "u1", 2, "999"},
     GateOutcome::Passed,
     ""},
    {"NotThere",
     "",
     {GateKind::Ready, web, "", 0, ""},
     GateOutcome::Waiting,
     "waiting for Deployment app/web to be ready"},
    {"ImagePullWaitsAndSaysSo",
     R"({apiVersion: v1, kind: Pod, metadata: {namespace: app, name: p}, spec: {containers: [{name: a}]}, status: {
         phase: Pending, containerStatuses: [{name: a, state: {waiting: {reason: ErrImagePull, message: not found}}}]}})",
     {GateKind::Ready, {{"", "Pod"}, core::Namespace("app"), "p"}, "", 0, ""},
     GateOutcome::Waiting,
     "waiting for Pod app/p to be ready: ErrImagePull: not found"},
    {"JobRuns",
     "{apiVersion: batch/v1, kind: Job, metadata: {namespace: app, name: migrate}, status: {active: 1}}",
     {GateKind::Complete, job, "", 0, ""},
     GateOutcome::Waiting,
     "0 of 1 done, 1 running"},
    {"JobDone",
     R"({apiVersion: batch/v1, kind: Job, metadata: {namespace: app, name: migrate},
         status: {conditions: [{type: Complete, status: "True"}]}})",
     {GateKind::Complete, job, "", 0, ""},
     GateOutcome::Passed,
     ""},
    {"JobFailsAtOnce",
     R"({apiVersion: batch/v1, kind: Job, metadata: {namespace: app, name: migrate},
         status: {conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded}]}})",
     {GateKind::Complete, job, "", 0, ""},
     GateOutcome::Failed,
     "Job app/migrate failed: BackoffLimitExceeded"},
    {"Exists",
     "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: app, name: settings, uid: c1}}",
     {GateKind::Exists, config, "c1", 0, ""},
     GateOutcome::Passed,
     ""},
    {"ExistsButGoes",
     R"({apiVersion: v1, kind: ConfigMap, metadata: {namespace: app, name: settings, uid: c1,
         deletionTimestamp: "2026-01-31T11:59:00Z"}})",
     {GateKind::Exists, config, "c1", 0, ""},
     GateOutcome::Waiting,
     "terminating since 1 min"},
    {"NotEstablished",
     R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com}})",
     {GateKind::Established, crd, "", 0, ""},
     GateOutcome::Waiting,
     "to be established: not established yet"},
    {"Established",
     R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com},
         status: {conditions: [{type: NamesAccepted, status: "True"}, {type: Established, status: "True"}]}})",
     {GateKind::Established, crd, "", 0, ""},
     GateOutcome::Passed,
     ""},
    {"SuspendedAsApplied",
     "{apiVersion: batch/v1, kind: CronJob, metadata: {namespace: app, name: backup}, spec: {suspend: true}}",
     {GateKind::Ready, {{"batch", "CronJob"}, core::Namespace("app"), "backup"}, "", 0, ""},
     GateOutcome::Passed,
     ""},
    // What a controller has not done yet looks finished in its old status.
    {"OldPodsReadyAndNoNewReplicaSetYet",
     R"({apiVersion: apps/v1, kind: Deployment, metadata: {namespace: app, name: web, generation: 2}, spec: {replicas: 2},
         status: {observedGeneration: 2, replicas: 2, readyReplicas: 2, availableReplicas: 2, conditions: [
         {type: Available, status: "True"}, {type: Progressing, status: "True", reason: NewReplicaSetAvailable}]}})",
     {GateKind::Ready, web, "", 2, ""},
     GateOutcome::Waiting,
     "0 of 2 updated"},
    {"NewPodsMadeAndOldOnesStillServe",
     R"({apiVersion: apps/v1, kind: Deployment, metadata: {namespace: app, name: web, generation: 2}, spec: {replicas: 2},
         status: {observedGeneration: 2, replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2,
         conditions: [{type: Available, status: "True"}]}})",
     {GateKind::Ready, web, "", 2, ""},
     GateOutcome::Waiting,
     "1 old to be removed"},
    {"RolloutNotCalledComplete",
     R"({apiVersion: apps/v1, kind: Deployment, metadata: {namespace: app, name: web, generation: 2},
         spec: {replicas: 1, progressDeadlineSeconds: 600},
         status: {observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1,
         conditions: [{type: Available, status: "True"}, {type: Progressing, status: "True", reason: ReplicaSetUpdated}]}})",
     {GateKind::Ready, web, "", 2, ""},
     GateOutcome::Waiting,
     "not called the rollout complete"},
    {"AppliedPaused",
     R"({apiVersion: apps/v1, kind: Deployment, metadata: {namespace: app, name: web, generation: 2},
         spec: {replicas: 1, paused: true}, status: {observedGeneration: 2, replicas: 1, readyReplicas: 1,
         availableReplicas: 1, conditions: [{type: Available, status: "True"}]}})",
     {GateKind::Ready, web, "", 2, ""},
     GateOutcome::Waiting,
     "paused"},
    {"AppliedWithZeroReplicas",
     R"({apiVersion: apps/v1, kind: Deployment, metadata: {namespace: app, name: web, generation: 2}, spec: {replicas: 0},
         status: {observedGeneration: 2, conditions: [{type: Available, status: "True"}]}})",
     {GateKind::Ready, web, "", 2, ""},
     GateOutcome::Passed,
     ""},
    {"ScaledToZeroWithPodsLeft",
     R"({apiVersion: apps/v1, kind: Deployment, metadata: {namespace: app, name: web, generation: 2}, spec: {replicas: 0},
         status: {observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1,
         conditions: [{type: Available, status: "True"}]}})",
     {GateKind::Ready, web, "", 2, ""},
     GateOutcome::Waiting,
     "1 old to be removed"},
    {"UpdateRevisionOfTheSetAhead",
     R"({apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: app, name: db, generation: 2}, spec: {replicas: 2},
         status: {observedGeneration: 2, replicas: 2, readyReplicas: 2, currentReplicas: 2, currentRevision: db-1,
         updateRevision: db-2}})",
     {GateKind::Ready, set, "", 2, ""},
     GateOutcome::Waiting,
     "0 of 2 updated"},
    {"SetNotObservedSinceTheApply",
     R"({apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: app, name: db, generation: 3}, spec: {replicas: 1},
         status: {observedGeneration: 2, replicas: 1, readyReplicas: 1, currentReplicas: 1, updatedReplicas: 1,
         currentRevision: db-1, updateRevision: db-1}})",
     {GateKind::Ready, set, "", 3, ""},
     GateOutcome::Waiting,
     "generation 3 not observed yet"},
    {"SetRolledOut",
     R"({apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: app, name: db, generation: 3}, spec: {replicas: 1,
         updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0}}},
         status: {observedGeneration: 3, replicas: 1, readyReplicas: 1, currentReplicas: 1, updatedReplicas: 1,
         currentRevision: db-2, updateRevision: db-2}})",
     {GateKind::Ready, set, "", 3, ""},
     GateOutcome::Passed,
     ""},
    {"DaemonsStillOfTheOldTemplate",
     R"({apiVersion: apps/v1, kind: DaemonSet, metadata: {namespace: app, name: agent, generation: 2},
         status: {observedGeneration: 2, desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 1,
         numberReady: 3, numberAvailable: 3}})",
     {GateKind::Ready, {{"apps", "DaemonSet"}, core::Namespace("app"), "agent"}, "", 2, ""},
     GateOutcome::Waiting,
     "1 of 3 updated"},
    {"ConditionOfAnOlderGeneration",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {namespace: app, name: t, generation: 2}, status: {conditions: [
         {type: Ready, status: "True", observedGeneration: 1}]}})",
     {GateKind::Ready, {{"example.com", "Thing"}, core::Namespace("app"), "t"}, "", 2, ""},
     GateOutcome::Waiting,
     "Ready is of generation 1"},
    {"UnknownIsNotReady",
     "{apiVersion: example.com/v1, kind: Thing, metadata: {namespace: app, name: t, generation: 1}}",
     {GateKind::Ready, {{"example.com", "Thing"}, core::Namespace("app"), "t"}, "", 1, ""},
     GateOutcome::Waiting,
     "no status"},
    {"JobReplacedByAnother",
     R"({apiVersion: batch/v1, kind: Job, metadata: {namespace: app, name: migrate, uid: old},
         status: {conditions: [{type: Complete, status: "True"}]}})",
     {GateKind::Complete, job, "new", 0, ""},
     GateOutcome::Waiting,
     "another object of that name"},
    {"None", "", {GateKind::None, web, "", 0, ""}, GateOutcome::Passed, ""},
};
INSTANTIATE_TEST_SUITE_P(Gates, GateTable, testing::ValuesIn(gates),
                         [](const testing::TestParamInfo<GateCase> &info) { return info.param.name; });

TEST(Gate, KnowsAnIngressThatNobodyWillTake)
{
    const Gate gate{GateKind::Ready, {{"networking.k8s.io", "Ingress"}, core::Namespace("app"), "edge"}, "", 0, ""};
    const cluster::Feed classes{{"networking.k8s.io", "IngressClass"}, {}};
    cluster::Store store(testClock());
    store.upsert(record(R"({apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {namespace: app, name: edge},
                            spec: {ingressClassName: nginx}})"));
    EXPECT_FALSE(cluster::evaluate(gate, store).unattended) << "classes are not watched: nobody knows";
    store.setFeedStatus(classes, {cluster::FeedState::Denied});
    EXPECT_FALSE(cluster::evaluate(gate, store).unattended) << "classes may not be read: nobody knows";
    store.setFeedStatus(classes, {cluster::FeedState::Live});
    EXPECT_TRUE(cluster::evaluate(gate, store).unattended);
    EXPECT_THAT(cluster::evaluate(gate, store).holds, HasSubstr("the cluster has no IngressClass nginx"));
    store.upsert(record("{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}}"));
    EXPECT_FALSE(cluster::evaluate(gate, store).unattended) << "its controller may be slow";
    EXPECT_EQ(cluster::evaluate(gate, store).outcome, GateOutcome::Waiting);
}

} // namespace binnacle::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#include "HealthCase.h"

namespace binnacle::tests {

using enum cluster::HealthState;

class OtherKinds : public testing::TestWithParam<HealthCase>
{
};

TEST_P(OtherKinds, Says)
{
    check(GetParam());
}

const HealthCase network[] = {
    {"Service", "{apiVersion: v1, kind: Service, metadata: {name: s}}", Healthy, "served"},
    {"ServiceExternalName",
     "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: ExternalName, externalName: db.example.com}}",
     Healthy, "stands for db.example.com"},
    {"LoadBalancerWithAnAddress",
     R"({apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: LoadBalancer, clusterIP: 1.2.3.4},
         status: {loadBalancer: {ingress: [{ip: 5.6.7.8}]}}})",
     Healthy},
    {"LoadBalancerWithOnlyAClusterIp",
     "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: LoadBalancer, clusterIP: 1.2.3.4}}",
     Progressing, "no load balancer has given it an address"},
    {"IngressWithoutController",
     R"({apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {ingressClassName: nginx},
         status: {loadBalancer: {}}})",
     Progressing, "no ingress controller has taken it (class nginx)"},
    {"IngressWithAddress",
     R"({apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i},
         status: {loadBalancer: {ingress: [{hostname: lb.example.com}]}}})",
     Healthy, "served at lb.example.com"},
    {"IngressWithAnEmptyEntry",
     "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, status: {loadBalancer: {ingress: [{}]}}}",
     Healthy, "served"},
};
INSTANTIATE_TEST_SUITE_P(Network, OtherKinds, testing::ValuesIn(network), nameOf);

const HealthCase storage[] = {
    {"ClaimNoStatus", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}}", Progressing, "not bound"},
    {"ClaimBound",
     R"({apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c},
         status: {phase: Bound, capacity: {storage: 8Gi}}})",
     Healthy, "bound, 8Gi"},
    {"ClaimLost",
     "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {volumeName: v}, status: {phase: Lost}}",
     Degraded, "volume v"},
    {"ClaimResizeFailed",
     R"({apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, status: {phase: Bound,
         conditions: [{type: NodeResizeError, status: "True", message: disk is busy}]}})",
     Degraded, "resize failed: disk is busy"},
    {"VolumeReleased", "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, status: {phase: Released}}",
     Suspended, "released"},
    {"VolumeFailed",
     "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, status: {phase: Failed, message: no plug-in}}",
     Degraded, "no plug-in"},
};
INSTANTIATE_TEST_SUITE_P(Storage, OtherKinds, testing::ValuesIn(storage), nameOf);

const HealthCase autoscalers[] = {
    {"NoStatus", "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h, generation: 1}}",
     Unknown, "no status"},
    {"V1WithoutAnnotation",
     R"({apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: h},
         status: {currentReplicas: 1, desiredReplicas: 1}})",
     Progressing, "not tried to scale"},
    {"V1Annotation",
     R"({apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: h, annotations:
         {autoscaling.alpha.kubernetes.io/conditions: '[{"type":"AbleToScale","status":"True","reason":"SucceededGetScale"},
          {"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"no metrics"}]'}}})",
     Degraded, "FailedGetResourceMetric: no metrics"},
    {"AtItsFloor",
     R"({apiVersion: autoscaling/v2beta2, kind: HorizontalPodAutoscaler, metadata: {name: h},
         spec: {minReplicas: 2, maxReplicas: 8}, status: {currentReplicas: 2, conditions: [
         {type: AbleToScale, status: "True"}, {type: ScalingActive, status: "True"},
         {type: ScalingLimited, status: "True", reason: TooFewReplicas}]}})",
     Healthy, "2 replicas, 2 to 8"},
    {"AtItsCeiling",
     R"({apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, status: {conditions: [
         {type: AbleToScale, status: "True"}, {type: ScalingLimited, status: "True", reason: TooManyReplicas}]}})",
     Healthy, "would add more"},
    {"LimitedForNoKnownReason",
     R"({apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, status: {conditions: [
         {type: AbleToScale, status: "True"}, {type: ScalingActive, status: "True"},
         {type: ScalingLimited, status: "True"}]}})",
     Degraded, "limited"},
    {"TargetAtZero",
     R"({apiVersion: autoscaling/v2beta1, kind: HorizontalPodAutoscaler, metadata: {name: h}, status: {conditions: [
         {type: AbleToScale, status: "True"}, {type: ScalingActive, status: "False", reason: ScalingDisabled}]}})",
     Healthy, "zero replicas"},
    {"CannotReadTheScale",
     R"({apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, status: {conditions: [
         {type: AbleToScale, status: "False", reason: FailedGetScale, message: deployment not found}]}})",
     Degraded, "FailedGetScale: deployment not found"},
    {"BacksOff",
     R"({apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, status: {conditions: [
         {type: AbleToScale, status: "False", reason: BackoffBoth}]}})",
     Progressing, "BackoffBoth"},
    {"NotAbleYet",
     R"({apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, status: {conditions: [
         {type: ScalingActive, status: "True"}, {type: ScalingLimited, status: "False", reason: DesiredWithinRange}]}})",
     Progressing},
};
INSTANTIATE_TEST_SUITE_P(Autoscaler, OtherKinds, testing::ValuesIn(autoscalers), nameOf);

const HealthCase policy[] = {
    {"BudgetObserved",
     R"({apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: b, generation: 1},
         status: {observedGeneration: 1}})",
     Healthy},
    {"BudgetNotObserved",
     R"({apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, generation: 2},
         status: {observedGeneration: 1}})",
     Progressing, "generation 2"},
    {"BudgetShort",
     R"({apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b},
         status: {currentHealthy: 1, desiredHealthy: 2}})",
     Progressing, "1 of 2 required pods healthy"},
    {"QuotaFilling",
     R"({apiVersion: v1, kind: ResourceQuota, metadata: {name: q},
         status: {hard: {pods: "10", requests.cpu: "2"}, used: {pods: "1", requests.cpu: 1700m}}})",
     Healthy, "filling: requests.cpu 1700m of 2 (85 %)"},
    {"QuotaOver",
     R"({apiVersion: v1, kind: ResourceQuota, metadata: {name: q},
         status: {hard: {requests.memory: 1Gi}, used: {requests.memory: 1536Mi}}})",
     Degraded, "requests.memory 1536Mi of 1Gi (150 %)"},
    {"QuotaOfNothing",
     R"({apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, status: {hard: {pods: "0"}, used: {pods: "0"}}})",
     Healthy, "nothing that it limits is used"},
    {"QuotaOfNothingExceeded",
     R"({apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, status: {hard: {pods: "0"}, used: {pods: "1"}}})",
     Degraded, "over its limit: pods 1 of 0"},
    {"BudgetNotComputed",
     R"({apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b}, status: {conditions: [
         {type: DisruptionAllowed, status: "False", reason: SyncFailed, message: found no controllers}]}})",
     Degraded, "SyncFailed: found no controllers"},
    {"NamespaceHeld",
     R"({apiVersion: v1, kind: Namespace, metadata: {name: n, deletionTimestamp: "2026-01-31T11:57:00Z"},
         status: {phase: Terminating, conditions: [
         {type: NamespaceDeletionContentFailure, status: "False", message: All content successfully deleted},
         {type: NamespaceFinalizersRemaining, status: "True", message: example.com/x in 1 resource instances}]}})",
     Progressing, "terminating since 3 min: example.com/x in 1 resource instances"},
    {"ClaimCannotGrow",
     R"({apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, status: {phase: Bound,
         allocatedResourceStatuses: {storage: NodeResizeInfeasible}}})",
     Degraded, "NodeResizeInfeasible"},
    {"NamespaceActive", "{apiVersion: v1, kind: Namespace, metadata: {name: n}, status: {phase: Active}}", Healthy,
     "active"},
    {"NamespaceTerminating", "{apiVersion: v1, kind: Namespace, metadata: {name: n}, status: {phase: Terminating}}",
     Progressing, "terminating"},
    {"ConfigMap", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}", Healthy, "exists"},
    {"Role", "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: c}}", Healthy, "exists"},
};
INSTANTIATE_TEST_SUITE_P(Policy, OtherKinds, testing::ValuesIn(policy), nameOf);

const HealthCase nodes[] = {
    {"Ready",
     "{apiVersion: v1, kind: Node, metadata: {name: n}, status: {conditions: [{type: Ready, status: \"True\"}]}}",
     Healthy, "ready"},
    {"Silent",
     R"({apiVersion: v1, kind: Node, metadata: {name: n}, status: {conditions: [{type: Ready, status: Unknown,
         reason: NodeStatusUnknown}]}})",
     Degraded, "stopped reporting"},
    {"Pressure",
     R"({apiVersion: v1, kind: Node, metadata: {name: n}, status: {conditions: [{type: Ready, status: "True"},
         {type: DiskPressure, status: "True", reason: KubeletHasDiskPressure}]}})",
     Degraded, "DiskPressure"},
    {"Cordoned",
     R"({apiVersion: v1, kind: Node, metadata: {name: n}, spec: {unschedulable: true},
         status: {conditions: [{type: Ready, status: "True"}]}})",
     Suspended, "cordoned"},
};
INSTANTIATE_TEST_SUITE_P(Node, OtherKinds, testing::ValuesIn(nodes), nameOf);

const HealthCase extensions[] = {
    {"DefinitionNoConditions",
     "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: d}}", Progressing,
     "not established yet"},
    {"DefinitionInstalling",
     R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: d}, status: {conditions: [
         {type: NamesAccepted, status: "True"}, {type: Established, status: "False", reason: Installing}]}})",
     Progressing, "Installing"},
    {"DefinitionNamesTaken",
     R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: d}, status: {conditions: [
         {type: NamesAccepted, status: "False", reason: PluralConflict}]}})",
     Degraded, "PluralConflict"},
    {"DefinitionEstablished",
     R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: d}, status: {conditions: [
         {type: NamesAccepted, status: "True"}, {type: Established, status: "True"}]}})",
     Healthy, "established"},
    {"DefinitionNotStructural",
     R"({apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: d}, status: {conditions: [
         {type: Established, status: "True"}, {type: NonStructuralSchema, status: "True", reason: Violations}]}})",
     Degraded, "not structural"},
    {"ApiServiceDown",
     R"({apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: a}, status: {conditions: [
         {type: Available, status: "False", reason: MissingEndpoints}]}})",
     Progressing, "MissingEndpoints"},
    {"CustomReady",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {conditions: [
         {type: Ready, status: "True"}]}})",
     Healthy},
    {"CustomNotReady",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {conditions: [
         {type: Ready, status: "False", reason: NotReadyYet}]}})",
     Progressing, "not Ready: NotReadyYet"},
    {"CustomGaveUp",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {conditions: [
         {type: Ready, status: "False", reason: InstallFailed}]}})",
     Degraded, "InstallFailed"},
    {"CustomReadyButDegraded",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {conditions: [
         {type: Ready, status: "True"}, {type: Degraded, status: "True", reason: OneDown}]}})",
     Degraded, "OneDown"},
    {"CustomStalled",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {conditions: [
         {type: Stalled, status: "True", reason: NoQuota}]}})",
     Degraded, "NoQuota"},
    {"CustomReconciling",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {conditions: [
         {type: Reconciling, status: "True", message: step 2}, {type: Ready, status: "True"}]}})",
     Progressing, "step 2"},
    {"CustomOfAnOlderGeneration",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t, generation: 2}, status: {observedGeneration: 1,
         conditions: [{type: Ready, status: "True"}]}})",
     Progressing, "generation 2"},
    {"CustomWithoutStatus", "{apiVersion: example.com/v1, kind: Thing, metadata: {name: t}}", Unknown, "no status"},
    {"CustomWithOtherConditions",
     R"({apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {conditions: [
         {type: SomeCondition, status: "False"}]}})",
     Unknown, "no condition"},
    {"CustomPhaseAloneIsNotEnough",
     "{apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {phase: Running}}", Unknown,
     "phase Running"},
    {"CustomPhaseFailed",
     "{apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, status: {phase: Failed, message: disk full}}",
     Degraded, "phase Failed: disk full"},
};
INSTANTIATE_TEST_SUITE_P(Extension, OtherKinds, testing::ValuesIn(extensions), nameOf);

} // namespace binnacle::tests

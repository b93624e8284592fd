// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RecordDecoder.h"
#include "kube/JsonRecordParser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::kube {
namespace {

using core::Json;

/// By both parsers: each case below also holds them equal.
RecordPointer decode(const char *text, const core::GroupVersionKind &fallback = {})
{
    static core::StringPool pool;
    const auto record = recordFromJson(Json::parse(text), pool, fallback);
    const auto same = JsonRecordParser(pool).object(text, fallback);
    EXPECT_EQ(same != nullptr, Json::parse(text).is_object()) << text;
    if (same == nullptr)
        return record;
    EXPECT_EQ(record->gvk, same->gvk) << text;
    EXPECT_EQ(record->meta, same->meta) << text;
    EXPECT_EQ(record->json() == nullptr, same->json() == nullptr) << text;
    if (record->json() != nullptr && same->json() != nullptr)
        EXPECT_EQ(*record->json(), *same->json()) << text;
    else
        EXPECT_TRUE(record->body == same->body) << text;
    return record;
}

TEST(RecordDecoder, PodKeepsWhatIsShown)
{
    const auto record = decode(R"({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": "shop", "name": "web-1", "uid": "u", "resourceVersion": "42",
                     "creationTimestamp": "2026-01-31T12:00:00Z", "labels": {"app": "web"}, "finalizers": ["x/y"],
                     "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "r",
                                          "controller": true}]},
        "spec": {"nodeName": "n1", "restartPolicy": "Always", "readinessGates": [{"conditionType": "lb"}],
                 "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}},
                             {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {}}}, {"name": "c", "configMap": {}}],
                 "initContainers": [{"name": "proxy", "image": "p:1", "restartPolicy": "Always"}],
                 "containers": [{"name": "web", "image": "w:1",
                                 "resources": {"requests": {"cpu": "250m", "memory": "1Gi"}, "limits": {"cpu": 2}}}]},
        "status": {"phase": "Running", "podIP": "10.0.0.7",
                   "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "m",
                                   "lastTransitionTime": "2026-01-31T12:01:00Z"}],
                   "containerStatuses": [{"name": "web", "ready": false, "restartCount": 5, "started": false,
                       "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                       "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled",
                                                    "finishedAt": "2026-01-31T12:02:00Z"}}}]}})");
    EXPECT_EQ(record->key().describe(), "Pod shop/web-1");
    EXPECT_EQ(record->json(), nullptr);
    EXPECT_EQ(record->meta.created, 1769860800);
    EXPECT_TRUE(record->meta.hasFinalizers);
    EXPECT_EQ(record->meta.label("app"), "web");
    EXPECT_EQ(record->meta.label("tier"), "");
    ASSERT_NE(record->meta.controller(), nullptr);
    EXPECT_EQ(record->meta.controller()->uid, "r");
    const auto &pod = std::get<PodRecord>(record->body);
    EXPECT_EQ(pod.phase, PodPhase::Running);
    EXPECT_EQ(pod.node, "n1");
    EXPECT_EQ(pod.podIp, "10.0.0.7");
    EXPECT_TRUE(pod.hasReadinessGates);
    ASSERT_EQ(pod.claims.size(), 2U);
    EXPECT_EQ(pod.claims[0], "data");
    EXPECT_EQ(pod.claims[1], "web-1-scratch");
    ASSERT_EQ(pod.conditions.size(), 1U);
    EXPECT_EQ(pod.conditions[0].status, ConditionStatus::False);
    EXPECT_EQ(pod.conditions[0].lastTransition, 1769860860);
    ASSERT_EQ(pod.containers.size(), 2U);
    EXPECT_TRUE(pod.containers[0].init);
    EXPECT_TRUE(pod.containers[0].sidecar);
    EXPECT_FALSE(pod.containers[0].hasStatus);
    const auto &web = pod.containers[1];
    EXPECT_EQ(web.phase, ContainerPhase::Waiting);
    EXPECT_EQ(web.reason, "CrashLoopBackOff");
    EXPECT_EQ(web.restarts, 5);
    EXPECT_EQ(web.lastExitCode, 137);
    EXPECT_EQ(web.lastReason, "OOMKilled");
    EXPECT_EQ(web.lastFinished, 1769860920);
    EXPECT_EQ(web.cpuRequestMilli, 250);
    EXPECT_EQ(web.cpuLimitMilli, 2000);
    EXPECT_EQ(web.memoryRequest, 1073741824);
}

TEST(RecordDecoder, EventsOfBothGroupsBecomeTheSame)
{
    const auto core = decode(R"({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web", "uid": "u"}, "type": "Warning",
        "reason": "BackOff", "message": "text", "source": {"component": "kubelet"}, "count": 3,
        "firstTimestamp": "2026-01-31T12:00:00Z", "lastTimestamp": "2026-01-31T12:05:00Z"})");
    const auto events = decode(R"({"apiVersion": "events.k8s.io/v1", "kind": "Event",
        "metadata": {"name": "e", "namespace": "shop"},
        "regarding": {"kind": "Pod", "namespace": "shop", "name": "web", "uid": "u"}, "type": "Warning",
        "reason": "BackOff", "note": "text", "reportingController": "kubelet",
        "eventTime": "2026-01-31T12:00:00.123456Z",
        "series": {"count": 3, "lastObservedTime": "2026-01-31T12:05:00.900000Z"}})");
    EXPECT_EQ(std::get<EventRecord>(core->body), std::get<EventRecord>(events->body));
    EXPECT_EQ(std::get<EventRecord>(core->body).last, 1769861100);
}

TEST(RecordDecoder, ListItemsTakeTheKindOfTheList)
{
    const auto record = decode(R"({"metadata": {"name": "n1"}, "spec": {"unschedulable": true,
        "taints": [{"key": "k", "effect": "NoSchedule"}]}, "status": {"allocatable": {"cpu": "3920m", "memory": "7Gi",
        "pods": "110"}, "nodeInfo": {"kubeletVersion": "v1.33.1"}}})",
                               {"", "v1", "Node"});
    const auto &node = std::get<NodeRecord>(record->body);
    EXPECT_TRUE(node.unschedulable);
    EXPECT_EQ(node.cpuMilli, 3920);
    EXPECT_EQ(node.memory, 7516192768);
    EXPECT_EQ(node.pods, 110);
    EXPECT_EQ(node.taints.at(0).effect, "NoSchedule");
}

TEST(RecordDecoder, OtherKindsKeepTheirJsonWithoutManagedFields)
{
    const auto record = decode(R"({"metadata": {"name": "c", "namespace": "shop", "managedFields": [{}]},
                                   "data": {"k": "v"}, "fromTheFuture": 1})",
                               {"", "v1", "ConfigMap"});
    ASSERT_NE(record->json(), nullptr);
    EXPECT_EQ(*record->json(), Json::parse(R"({"apiVersion": "v1", "kind": "ConfigMap", "fromTheFuture": 1,
        "metadata": {"name": "c", "namespace": "shop"}, "data": {"k": "v"}})"));
}

TEST(RecordDecoder, SecretValuesNeverReachTheStore)
{
    const auto record = decode(R"({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "type": "Opaque",
                                   "data": {"password": "aHVudGVyMg=="}, "stringData": {"a": "hunter2"}})");
    EXPECT_THAT(record->json()->dump(), testing::Not(testing::HasSubstr("hunter2")));
    EXPECT_FALSE(record->json()->contains("data"));
    EXPECT_EQ(record->json()->at("type"), "Opaque");
}

TEST(RecordDecoder, SliceEndpointWithoutReadyConditionIsReady)
{
    const auto record = decode(R"({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"name": "s", "labels": {"kubernetes.io/service-name": "web"}},
        "endpoints": [{"addresses": ["10.0.0.1"]}, {"conditions": {"ready": false}}, {"conditions": {"ready": true}}],
        "ports": [{"name": "http", "protocol": "TCP", "port": 80}]})");
    const auto &slice = std::get<EndpointSliceRecord>(record->body);
    EXPECT_EQ(slice.service, "web");
    EXPECT_EQ(slice.ready, 2);
    EXPECT_EQ(slice.notReady, 1);
    EXPECT_EQ(slice.ports.at(0).port, 80);
}

TEST(RecordDecoder, WrongTypesCountAsAbsent)
{
    for (
        const char *text :
        {R"([])", R"(null)", R"({"apiVersion": 1, "kind": "Pod"})",
         R"({"apiVersion": "v1", "kind": "Pod", "metadata": [], "spec": "x", "status": 3})",
         R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": [1], "ownerReferences": {}, "name": {}},
              "spec": {"containers": [3, {"resources": 1}], "volumes": [null]},
              "status": {"conditions": [1], "containerStatuses": "no", "phase": 5}})",
         R"({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"annotations": 1}, "spec": {"replicas": "3"}})"})
        EXPECT_NE(decode(text), nullptr) << text;
}

TEST(RecordDecoder, CustomResourceIsKeptWholeWithoutManagedFields)
{
    const auto record = decode(R"({
        "apiVersion": "acme.example/v1", "kind": "Widget", "empty": {}, "list": [],
        "metadata": {"name": "w", "labels": {"z": "1", "a": "2", "odd": 3}, "managedFields": [{"manager": "kubectl"}]},
        "spec": {"text": "quote \" slash \\ tab \t ü ☂ \ud83d\ude00", "flags": [true, false, null],
                 "numbers": [0, -1, 9223372036854775807, 18446744073709551615, 1.5, -0.25, 1e3, 1.0]}})");
    ASSERT_NE(record->json(), nullptr);
    EXPECT_FALSE(record->json()->at("metadata").contains("managedFields"));
    EXPECT_EQ(record->json()->at("spec").at("numbers").dump(),
              "[0,-1,9223372036854775807,18446744073709551615,1.5,-0.25,1000.0,1.0]");
    ASSERT_EQ(record->meta.labels.size(), 2U) << "what is no text is no label";
    EXPECT_EQ(record->meta.labels[0].first, "a");
    EXPECT_EQ(record->meta.label("z"), "1");
}

TEST(RecordDecoder, FieldsOfWrongTypesAreReadAlikeByBothParsers)
{
    decode(R"({"apiVersion": 1, "kind": [], "metadata": "x"})", {"", "v1", "Pod"});
    decode(R"({"metadata": {"name": 1, "labels": [], "ownerReferences": {}, "generation": "1"},
               "spec": {"containers": {}, "initContainers": [1, null], "volumes": "x"},
               "status": {"conditions": [[]], "containerStatuses": [{"state": 1}], "phase": 7}})",
           {"", "v1", "Pod"});
    decode(R"({"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "s"}, "data": {"a": "Yg=="}})");
    decode(R"({"status": {"allocatable": {"cpu": 4, "memory": 1.5, "pods": "110"}}})", {"", "v1", "Node"});
}

TEST(RecordDecoder, WhatTheFastParserCannotReadIsLeftToTheOther)
{
    core::StringPool pool;
    JsonRecordParser parser(pool);
    for (const char *text : {"", "{", "[]", "null", R"({"a": 123456789012345678901234567890})", "{} {}"})
        EXPECT_EQ(parser.object(text, {}), nullptr) << text;
    EXPECT_NE(parser.object("{}", {"", "v1", "Pod"}), nullptr) << "and it can be used again";
}

} // namespace
} // namespace binnacle::kube

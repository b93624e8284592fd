// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ConfigFreshness.h"
#include "core/Clock.h"
#include "support/YamlObject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::stack {
namespace {

/// Key a was written at 12:00 by one manager, b at 13:00 by another.
const char *const secret = R"(
apiVersion: v1
kind: Secret
metadata:
  name: s
  namespace: shop
  managedFields:
  - {manager: one, time: "2026-01-01T12:00:00Z", fieldsV1: {"f:data": {".": {}, "f:a": {}}}}
  - {manager: two, time: "2026-01-01T13:00:00Z", fieldsV1: {"f:data": {"f:b": {}}}}
  - {manager: three, time: "2026-01-01T14:00:00Z", fieldsV1: {"f:metadata": {"f:labels": {}}}}
)";

core::Json pod(const std::string &uses, const std::string &started)
{
    return tests::object(R"(
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  namespace: shop
  ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]
spec:
  containers: [{name: main, )" +
                         uses + R"(}]
  volumes: [{name: v, secret: {secretName: s}}]
status:
  containerStatuses: [{name: main, state: {running: {startedAt: ")" +
                         started + "\"}}}]");
}

core::Json replicaSet()
{
    return tests::object(R"(
kind: ReplicaSet
metadata:
  name: web-1
  namespace: shop
  ownerReferences: [{kind: Deployment, name: web, controller: true}])");
}

TEST(ConfigFreshness, SaysWhoStillHasTheOldValue)
{
    const std::string a = "env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: a}}}]";
    const std::string all = "envFrom: [{secretRef: {name: s}}]";
    struct Case
    {
        const char *what;
        std::string uses;
        const char *started;
        bool stale;
    };
    for (const Case &row : {
             Case{"started before its key was written", a, "2026-01-01T11:59:59Z", true},
             Case{"started after", a, "2026-01-01T12:00:01Z", false},
             Case{"reads all keys, one was written later", all, "2026-01-01T12:30:00Z", true},
             Case{"reads all keys, started last", all, "2026-01-01T13:30:00Z", false},
             Case{"as files, which are brought up to date", "volumeMounts: [{name: v, mountPath: /v}]",
                  "2026-01-01T11:00:00Z", false},
             Case{"as a file that stays", "volumeMounts: [{name: v, mountPath: /v, subPath: a}]",
                  "2026-01-01T11:00:00Z", true},
             Case{"another Secret", "envFrom: [{secretRef: {name: other}}]", "2026-01-01T11:00:00Z", false},
         }) {
        SCOPED_TRACE(row.what);
        const auto stale = staleContainers({pod(row.uses, row.started), replicaSet()}, tests::object(secret));
        ASSERT_EQ(!stale.empty(), row.stale);
        if (row.stale) {
            ASSERT_TRUE(stale[0].workload);
            EXPECT_EQ(stale[0].workload->describe(), "Deployment shop/web");
        }
    }
}

TEST(ConfigFreshness, WhatAnInitContainerReadStaysWhileItsPodRuns)
{
    const auto withInit = [](const std::string &uses, const std::string &state) {
        auto object = pod("image: web", "2026-01-01T15:00:00Z");
        object["status"]["phase"] = "Running";
        object["spec"]["initContainers"] = tests::object("[{name: render, " + uses + "}]");
        object["status"]["initContainerStatuses"] = tests::object("[{name: render, state: " + state + "}]");
        return object;
    };
    const std::string ended = "{terminated: {startedAt: \"2026-01-01T11:00:00Z\"}}";
    const std::string files = "volumeMounts: [{name: v, mountPath: /v}]";
    struct Case
    {
        const char *what;
        std::string uses;
        std::string state;
        std::size_t stale;
    };
    for (const Case &row : {
             Case{"a variable", "envFrom: [{secretRef: {name: s}}]", ended, 1},
             Case{"files", files, ended, 1},
             Case{"files, read since", files, "{terminated: {startedAt: \"2026-01-01T14:00:00Z\"}}", 0},
             Case{"files of a sidecar", "restartPolicy: Always, " + files,
                  "{running: {startedAt: \"2026-01-01T11:00:00Z\"}}", 0},
             Case{"not started yet", files, "{waiting: {}}", 0},
         }) {
        SCOPED_TRACE(row.what);
        EXPECT_EQ(staleContainers({withInit(row.uses, row.state), replicaSet()}, tests::object(secret)).size(),
                  row.stale);
    }
}

TEST(ConfigFreshness, TheJournalKnowsWhatOldServersForget)
{
    const auto config = tests::object(secret);
    const auto noon = *core::parseTime("2026-01-01T12:00:00Z");
    EXPECT_EQ(lastWritten(config, "a"), noon);
    EXPECT_EQ(lastWritten(config, "a", {{"a", noon + std::chrono::hours(5)}}), noon + std::chrono::hours(5));
    EXPECT_EQ(lastWritten(config, "a", {{"a", noon + std::chrono::seconds(3)}}), noon); // clocks differ
    EXPECT_EQ(lastWritten(config, "a", {{"b", noon + std::chrono::hours(5)}}), noon);
    EXPECT_EQ(lastWritten(config, "gone"), std::nullopt);
    EXPECT_EQ(lastWritten(config), noon + std::chrono::hours(1));
}

} // namespace
} // namespace binnacle::stack

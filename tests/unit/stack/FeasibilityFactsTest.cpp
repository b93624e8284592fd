// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/AmountText.h"
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

/// One object of namespace a, or of the cluster where the kind is.
std::string object(const char *apiVersion, const char *kind, const std::string &metadata, const std::string &rest = {})
{
    return std::string("---\napiVersion: ") + apiVersion + "\nkind: " + kind + "\nmetadata: {namespace: a, " +
           metadata + "}\n" + rest + "\n";
}

std::string quota(const std::string &hard)
{
    return object("v1", "ResourceQuota", "name: q", "spec: {hard: {" + hard + "}}");
}

std::string claim(const std::string &name, const std::string &size, const std::string &more = {})
{
    return object("v1", "PersistentVolumeClaim", "name: " + name,
                  "spec: {" + more + "resources: {requests: {storage: " + size + "}}}");
}

std::string web(const std::string &podSpec)
{
    return object("apps/v1", "Deployment", "name: web",
                  "spec: {template: {spec: {containers: [{name: c}], " + podSpec + "}}}");
}

std::string set(int replicas)
{
    return object("apps/v1", "StatefulSet", "name: db",
                  "spec: {replicas: " + std::to_string(replicas) +
                      ", volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: "
                      "1Gi}}}}], template: {spec: {containers: [{name: c}]}}}");
}

std::string owned(const char *kind, const char *name, const char *byKind, const char *by)
{
    return object("apps/v1", kind,
                  std::string("name: ") + name + ", ownerReferences: [{apiVersion: apps/v1, kind: " + byKind +
                      ", name: " + by + ", controller: true}]");
}

/// What is said of the stack in a cluster that has `live`: the default storage class is "standard".
std::vector<Finding> judged(const std::string &stack, const std::string &live)
{
    ClusterFacts facts;
    facts.objects = live.empty() ? std::vector<core::Json>() : objectsOf(live);
    facts.storageClasses =
        objectsOf("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: gold}\n---\napiVersion: "
                  "storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: standard, annotations: "
                  "{storageclass.beta.kubernetes.io/is-default-class: \"true\"}}\n");
    facts.serviceAccounts = objectsOf(object("v1", "ServiceAccount", "name: given"));
    facts.priorityClasses =
        objectsOf("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\n");
    facts.runtimeClasses.emplace();
    return checkFeasibility(objectsOf(stack), facts);
}

TEST(FeasibilityFacts, whatCountsBesidePods)
{
    struct Row
    {
        const char *name;
        std::string stack;
        std::string live;
        std::string said; ///< empty: it fits
        bool certain = true;
    };
    const std::string ofStandard = "standard.storageclass.storage.k8s.io/";
    const std::string none = quota(ofStandard + "persistentvolumeclaims: 0");
    const std::string storage = quota("requests.storage: 2Gi");
    const std::string sets = quota("count/replicasets.apps: 1");
    const std::string revisions = quota("count/controllerrevisions.apps: 1");
    const std::string bare = web("terminationGracePeriodSeconds: 1");
    const std::vector<Row> rows = {
        {"a claim without a class has the default one", claim("c", "1Gi"), none,
         ofStandard + "persistentvolumeclaims 1 > 0 of the quota q"},
        {"its storage", claim("c", "2Gi"), quota(ofStandard + "requests.storage: 1Gi"), "requests.storage 2Gi > 1Gi"},
        {"a claim of another class", claim("c", "1Gi", "storageClassName: gold, "), none, ""},
        {"claims that a stateful set will make", set(2), quota(ofStandard + "persistentvolumeclaims: 1"),
         "persistentvolumeclaims 2 > 1"},
        {"those that it has made count once", set(2), storage + claim("data-db-0", "1Gi") + claim("data-db-1", "1Gi"),
         ""},
        {"and at the size that they have grown to", set(2), storage + claim("data-db-0", "2Gi"),
         "requests.storage 3Gi > 2Gi"},
        {"those left by more replicas still count", set(1), storage + claim("data-db-1", "2Gi"),
         "requests.storage 3Gi > 2Gi"},
        {"a claim that grows", claim("c", "3Gi"), storage + claim("c", "1536Mi"),
         "too much storage is claimed in a: requests.storage 3Gi > 2Gi"},
        {"a claim that grows within the quota", claim("c", "2Gi"), storage + claim("c", "1536Mi"), ""},
        {"a quota below what is there refuses nothing that is", claim("c", "3Gi"), storage + claim("c", "3Gi"),
         "requests.storage 3Gi > 2Gi", false},
        {"a roll-out needs one more replica set", bare, sets + bare + owned("ReplicaSet", "web-1", "Deployment", "web"),
         "a roll-out of web needs one more ReplicaSet", false},
        {"a deployment that never got its replica set", bare, quota("count/replicasets.apps: 0") + bare,
         "web needs a ReplicaSet, which is refused"},
        {"a stateful set's revision", set(1), quota("count/controllerrevisions.apps: 0"),
         "db needs a ControllerRevision, which is refused: count/controllerrevisions.apps 1 > 0"},
        {"a revision that is there", set(1),
         revisions + set(1) + owned("ControllerRevision", "db-1", "StatefulSet", "db"),
         "a roll-out of db needs one more ControllerRevision", false},
        {"of what is there nothing is known before the quota is", set(1) + quota("count/controllerrevisions.apps: 0"),
         set(1), "a roll-out of db needs one more ControllerRevision", false},
        {"no such service account", web("serviceAccountName: nobody"), "",
         "there is no service account nobody in namespace a: pods of web will be refused"},
        {"a service account of the cluster", web("serviceAccountName: given"), "", ""},
        {"a service account of the stack", web("serviceAccountName: own") + object("v1", "ServiceAccount", "name: own"),
         "", ""},
        {"one that a custom resource may make",
         web("serviceAccountName: nobody") + object("db.example.com/v1", "Postgres", "name: p"), "",
         "there is no service account nobody", false},
        {"no such priority class", web("priorityClassName: low"), "", "there is no priority class low: "},
        {"a priority class of the cluster", web("priorityClassName: high"), "", ""},
        {"a priority class of the system's", web("priorityClassName: system-node-critical"), "", ""},
        {"no such runtime class", web("runtimeClassName: gvisor"), "", "there is no runtime class gvisor: "},
    };
    for (const Row &row : rows) {
        SCOPED_TRACE(row.name);
        const auto findings = judged(row.stack, row.live);
        EXPECT_EQ(findings.empty(), row.said.empty()) << (findings.empty() ? "fits" : findings.front().message);
        if (!findings.empty()) {
            EXPECT_THAT(findings.front().message, HasSubstr(row.said));
            EXPECT_EQ(findings.front().certain, row.certain);
        }
    }
}

TEST(FeasibilityFacts, noReplicasWherePodsAreRefused)
{
    const kube::ObjectKey key{{"apps", "Deployment"}, core::Namespace("a"), "web"};
    const std::string bare = web("terminationGracePeriodSeconds: 1");
    for (const char *const hard : {"limits.cpu: 9", "count/replicasets.apps: 0", "pods: 0"})
        EXPECT_EQ(fittingReplicas(objectsOf(bare + quota(hard)), {}, key), 0) << hard;
    EXPECT_EQ(fittingReplicas(objectsOf(bare + quota("pods: 4")), {}, key), 4);
}

TEST(FeasibilityFacts, amountsAsPeopleWriteThem)
{
    struct Row
    {
        const char *resource;
        const char *amount;
        const char *text;
    };
    const Row rows[] = {{"limits.cpu", "399900u", "399.9m"},
                        {"cpu", "1500100u", "1500.1m"},
                        {"requests.cpu", "100n", "0.0001m"},
                        {"cpu", "1500m", "1500m"},
                        {"cpu", "2", "2"},
                        {"requests.memory", "34217728", "33415.75Ki"},
                        {"memory", "1073741824", "1Gi"},
                        {"memory", "1610612736", "1.5Gi"},
                        {"memory", "100000000", "100M"},
                        {"memory", "1000", "1k"},
                        {"memory", "999", "999"},
                        {"memory", "1234567891", "1234567.891k"},
                        {"requests.storage", "1536Mi", "1536Mi"},
                        {"limits.memory", "100M", "100M"},
                        {"memory", "0", "0"},
                        {"pods", "34217728", "34217728"},
                        {"count/jobs.batch", "5", "5"}};
    for (const Row &row : rows) {
        const auto amount = core::Quantity::parse(row.amount);
        ASSERT_TRUE(amount);
        const std::string text = amountText(row.resource, *amount);
        EXPECT_EQ(text, row.text) << row.resource << " " << row.amount;
        EXPECT_TRUE(core::Quantity::parse(text) == *amount) << text << " is exact";
    }
}

} // namespace
} // namespace binnacle::stack

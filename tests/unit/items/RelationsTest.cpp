// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/Relations.h"

#include "core/Clock.h"
#include "kube/RecordDecoder.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <set>

using namespace binnacle;
using items::RelationRole;

namespace {

constexpr const char *objects = R"([
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"u-web"},
 "spec":{"template":{"metadata":{"labels":{"app":"web"}},"spec":{"serviceAccountName":"runner",
  "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"data"}},{"name":"c","configMap":{"name":"files"}}],
  "containers":[{"name":"c","image":"web:1","envFrom":[{"secretRef":{"name":"passwords"}}],
   "env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"settings","key":"a"}}}]}]}}}},
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"other","namespace":"shop","uid":"u-other"},
 "spec":{"template":{"metadata":{"labels":{"app":"other"}},"spec":{"containers":[{"name":"c","image":"o:1"}]}}}},
{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-1","namespace":"shop","uid":"u-rs",
 "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"u-web","controller":true}]},
 "spec":{"replicas":1}},
{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1-a","namespace":"shop","uid":"u-pod",
 "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","uid":"u-rs","controller":true}]},
 "spec":{"nodeName":"node-1","containers":[{"name":"c"}]}},
{"apiVersion":"v1","kind":"Service","metadata":{"name":"front","namespace":"shop","uid":"u-svc"},
 "spec":{"selector":{"app":"web"}}},
{"apiVersion":"v1","kind":"Service","metadata":{"name":"by-hand","namespace":"shop","uid":"u-hand"},"spec":{}},
{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"gate","namespace":"shop","uid":"u-in"},
 "spec":{"tls":[{"secretName":"certificate"}],
  "rules":[{"http":{"paths":[{"backend":{"service":{"name":"front","port":{"number":80}}}}]}}]}},
{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"grow","namespace":"shop",
 "uid":"u-hpa"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}},
{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"keep","namespace":"shop","uid":"u-pdb"},
 "spec":{"selector":{"matchLabels":{"app":"web"}}}}
])";

using Named = std::set<std::pair<RelationRole, std::string>>;

class RelationsTest : public testing::Test
{
protected:
    RelationsTest()
    {
        for (const auto &object : core::Json::parse(objects))
            m_store.upsert(kube::recordFromJson(object, m_pool));
    }
    Named of(const char *group, const char *kind, const char *name) const
    {
        Named named;
        for (const auto &relation : items::relationsOf({{group, kind}, core::Namespace("shop"), name}, m_store))
            named.insert({relation.role, relation.key.kind.kind + " " + relation.key.name});
        return named;
    }

    core::ManualClock m_clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
    core::StringPool m_pool;
    cluster::Store m_store{m_clock};
};

TEST_F(RelationsTest, AWorkloadKnowsWhatItUsesAndWhatStandsInFront)
{
    EXPECT_EQ(of("apps", "Deployment", "web"), (Named{{RelationRole::Uses, "PersistentVolumeClaim data"},
                                                      {RelationRole::Uses, "ConfigMap files"},
                                                      {RelationRole::Uses, "ConfigMap settings"},
                                                      {RelationRole::Uses, "Secret passwords"},
                                                      {RelationRole::Uses, "ServiceAccount runner"},
                                                      {RelationRole::ReachedBy, "Service front"},
                                                      {RelationRole::ScaledBy, "HorizontalPodAutoscaler grow"},
                                                      {RelationRole::ProtectedBy, "PodDisruptionBudget keep"},
                                                      {RelationRole::Owned, "ReplicaSet web-1"},
                                                      {RelationRole::Owned, "Pod web-1-a"}}));
    EXPECT_TRUE(of("apps", "Deployment", "other").empty());
}

TEST_F(RelationsTest, TheOtherEndsKnowTheSame)
{
    EXPECT_EQ(of("", "Secret", "passwords"), (Named{{RelationRole::UsedBy, "Deployment web"}}));
    EXPECT_EQ(of("", "Secret", "certificate"), (Named{{RelationRole::UsedBy, "Ingress gate"}}));
    EXPECT_EQ(of("", "Service", "front"),
              (Named{{RelationRole::SendsTo, "Deployment web"}, {RelationRole::RoutedFrom, "Ingress gate"}}));
    EXPECT_TRUE(of("", "Service", "by-hand").empty()) << "without a selector it means no pods";
    EXPECT_EQ(of("networking.k8s.io", "Ingress", "gate"),
              (Named{{RelationRole::RoutesTo, "Service front"}, {RelationRole::Uses, "Secret certificate"}}));
    EXPECT_EQ(of("autoscaling", "HorizontalPodAutoscaler", "grow"), (Named{{RelationRole::Scales, "Deployment web"}}));
    EXPECT_EQ(of("policy", "PodDisruptionBudget", "keep"), (Named{{RelationRole::Protects, "Deployment web"}}));
}

TEST_F(RelationsTest, APodKnowsItsOwnersAndItsNode)
{
    EXPECT_EQ(of("", "Pod", "web-1-a"), (Named{{RelationRole::Owner, "ReplicaSet web-1"},
                                               {RelationRole::Owner, "Deployment web"},
                                               {RelationRole::RunsOn, "Node node-1"}}));
}

} // namespace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Topology.h"

#include "support/YamlObject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::tests {

using cluster::HealthState;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

// A shop: an ingress before a storefront that calls an API, which keeps its data in a database; a job at night.
const char *const shop = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
status: {phase: Active}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {namespace: shop, name: web}
spec: {rules: [{http: {paths: [{backend: {service: {name: web, port: {name: http}}}}]}}]}
status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}
---
apiVersion: v1
kind: Service
metadata: {namespace: shop, name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: shop, name: web, uid: d-web}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: shop/web
        ports: [{name: http, containerPort: 8080}]
        env: [{name: API_URL, value: 'http://api:5000/v1'}]
status: {replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}
---
apiVersion: v1
kind: Service
metadata: {namespace: shop, name: api}
spec: {selector: {app: api}, ports: [{port: 5000}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {namespace: shop, name: api-config}
data: {DB_HOST: db.data.svc.cluster.local, LEVEL: debug}
---
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: shop, name: api, uid: d-api}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: api}}
    spec:
      containers: [{name: api, image: shop/api, envFrom: [{configMapRef: {name: api-config}}]}]
status: {replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {namespace: shop, name: api-1, uid: r-api, ownerReferences: [{uid: d-api, controller: true, kind: Deployment}]}
spec: {replicas: 2}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: api-1-b, uid: p2, ownerReferences: [{uid: r-api, controller: true, kind: ReplicaSet}]}
status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: api-1-a, uid: p1, ownerReferences: [{uid: r-api, controller: true, kind: ReplicaSet}]}
status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: data}
status: {phase: Active}
---
apiVersion: v1
kind: Service
metadata: {namespace: data, name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {namespace: data, name: db, uid: s-db}
spec: {replicas: 1, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: 'postgres:15'}]}}}
status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentReplicas: 1}
---
apiVersion: batch/v1
kind: CronJob
metadata: {namespace: data, name: backup, uid: c-backup}
spec:
  suspend: true
  jobTemplate: {spec: {template: {spec: {containers: [{name: dump, args: ['-h', 'db-0.db', '-p', '5432']}]}}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {namespace: data, name: q}
status: {hard: {requests.memory: 2Gi, pods: "4"}, used: {requests.memory: 1536Mi, pods: "1"}}
)";

class TopologyTest : public testing::Test
{
protected:
    void add(const std::string &yaml)
    {
        for (auto &entry : records(yaml))
            store.upsert(std::move(entry));
    }
    void live(const core::GroupKind &kind) { store.setFeedStatus({kind, {}}, {cluster::FeedState::Live, {}, {}}); }
    [[nodiscard]] stack::Topology infer() const { return stack::inferTopology(store, {}); }

    static std::vector<std::string> flowsOf(const stack::Topology &topology)
    {
        std::vector<std::string> lines;
        for (const auto &state : topology.flows)
            lines.push_back(state.flow.from + " -> " + state.flow.to + " " + std::to_string(state.flow.port) +
                            (state.broken ? " broken: " + state.reason : ""));
        return lines;
    }
    static const stack::ComponentState *component(const stack::Topology &topology, std::string_view id)
    {
        for (const auto &state : topology.components)
            if (state.component.id == id)
                return &state;
        return nullptr;
    }

    core::ManualClock clock{*core::parseTime("2026-01-31T12:00:00Z")};
    cluster::Store store{clock};
};

} // namespace

TEST_F(TopologyTest, InfersComponentsAndFlowsOfAnUnknownApplication)
{
    add(shop);
    const auto topology = infer();
    std::vector<std::string> ids;
    for (const auto &state : topology.components)
        ids.push_back(state.component.id + " " + state.component.tier);
    EXPECT_THAT(ids, ElementsAre("data/cronjob/backup backend", "data/db data", "shop/api backend",
                                 "shop/ingress/web edge", "shop/web frontend"));
    EXPECT_THAT(flowsOf(topology), ElementsAre("data/cronjob/backup -> data/db 5432", "internet -> shop/ingress/web 80",
                                               "shop/api -> data/db 5432", "shop/ingress/web -> shop/web 80",
                                               "shop/web -> shop/api 5000"));
    EXPECT_EQ(topology.flows[2].flow.evidence, "env DB_HOST (config map api-config) of Deployment shop/api");
}

TEST_F(TopologyTest, DrawsPodsInOrderOfNameThroughReplicaSets)
{
    add(shop);
    const auto topology = infer();
    const auto *api = component(topology, "shop/api");
    ASSERT_NE(api, nullptr);
    ASSERT_EQ(api->pods.size(), 2U);
    EXPECT_EQ(api->pods[0].key.name, "api-1-a");
    EXPECT_EQ(api->pods[1].key.name, "api-1-b");
    EXPECT_EQ(api->ready, 2);
    EXPECT_EQ(api->desired, 2);
    EXPECT_EQ(component(topology, "data/cronjob/backup")->health.state, HealthState::Suspended);
}

TEST_F(TopologyTest, IsTheSameWhateverTheOrderOfArrival)
{
    add(shop);
    cluster::Store backwards(clock);
    auto all = records(shop);
    std::for_each(all.rbegin(), all.rend(), [&](auto &entry) { backwards.upsert(entry); });
    EXPECT_EQ(infer().toJson(), stack::inferTopology(backwards, {}).toJson());
}

TEST_F(TopologyTest, GaugesAreExact)
{
    add(shop);
    const auto topology = infer();
    ASSERT_EQ(topology.nameSpaces.size(), 2U);
    const auto &data = topology.nameSpaces[0];
    EXPECT_EQ(data.name.value(), "data");
    ASSERT_EQ(data.quota.size(), 2U);
    EXPECT_EQ(data.quota[1].resource, "requests.memory");
    EXPECT_EQ(data.quota[1].used, "1536Mi");
    EXPECT_DOUBLE_EQ(data.quota[1].fraction, 0.75);
    EXPECT_EQ(data.worst.state, HealthState::Suspended);
}

TEST_F(TopologyTest, AFlowWithoutReadyEndpointsIsBroken)
{
    add(shop);
    live({"discovery.k8s.io", "EndpointSlice"});
    add(R"({apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: shop, name: api-x,
            labels: {kubernetes.io/service-name: api}}, endpoints: [{conditions: {ready: true}}]})");
    EXPECT_THAT(flowsOf(infer()), ElementsAre("data/cronjob/backup -> data/db 5432 broken: db has no ready endpoints",
                                              "internet -> shop/ingress/web 80",
                                              "shop/api -> data/db 5432 broken: db has no ready endpoints",
                                              "shop/ingress/web -> shop/web 80 broken: web has no ready endpoints",
                                              "shop/web -> shop/api 5000"));
}

TEST_F(TopologyTest, AFlowThatAPolicyForbidsIsBroken)
{
    add(shop);
    add(R"({apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: data, name: db-only-from-shop},
            spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels:
            {team: shop}}, podSelector: {matchExpressions: [{key: app, operator: In, values: [api]}]}}],
            ports: [{port: 5432}]}]}})");
    add(R"({apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: shop, name: no-way-out},
            spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}})");
    EXPECT_THAT(
        flowsOf(infer()),
        ElementsAre("data/cronjob/backup -> data/db 5432 broken: network policy data/db-only-from-shop does not "
                    "let it in on TCP 5432",
                    "internet -> shop/ingress/web 80", "shop/api -> data/db 5432", "shop/ingress/web -> shop/web 80",
                    "shop/web -> shop/api 5000 broken: network policy shop/no-way-out does not let it out on "
                    "TCP 5000"));
}

TEST_F(TopologyTest, ADeclaredComponentThatIsNotThereIsMissing)
{
    live({"apps", "Deployment"});
    stack::Stack declared;
    declared.nameSpaces = {core::Namespace("shop")};
    stack::Component api;
    api.id = "api";
    api.workload = {{"apps", "Deployment"}, core::Namespace("shop"), "api"};
    stack::Component web = api;
    web.id = "web";
    web.workload.name = "web";
    declared.components = {api, web};
    stack::Flow flow;
    flow.from = "web";
    flow.to = "api";
    flow.port = 5000;
    declared.flows = {flow};
    const auto topology = stack::topologyOf(declared, store);
    EXPECT_EQ(topology.components[0].health.state, HealthState::Missing);
    EXPECT_EQ(topology.nameSpaces[0].worst.state, HealthState::Missing);
    EXPECT_THAT(topology.nameSpaces[0].worst.reason, HasSubstr("api: it does not exist"));
    EXPECT_THAT(flowsOf(topology), ElementsAre("web -> api 5000 broken: Deployment shop/api is missing"));
    const auto json = topology.toJson();
    EXPECT_EQ(json["components"][0]["state"], "Missing");
    EXPECT_EQ(json["flows"][0]["evidence"], "");
}

TEST_F(TopologyTest, AComponentWithoutItsServiceIsBrokenNotMissing)
{
    add(shop);
    live({"", "Service"});
    stack::Stack declared;
    stack::Component api;
    api.id = "api";
    api.workload = {{"apps", "Deployment"}, core::Namespace("shop"), "api"};
    api.services = {{{"", "Service"}, core::Namespace("shop"), "gone"}};
    declared.components = {api};
    const auto topology = stack::topologyOf(declared, store);
    EXPECT_EQ(topology.components[0].health.state, HealthState::Degraded);
    EXPECT_EQ(topology.components[0].health.reason, "Service gone: it does not exist");
}

TEST_F(TopologyTest, AnEmptyClusterIsAnEmptyPicture)
{
    EXPECT_EQ(infer().toJson(), object("{namespaces: [], components: [], flows: []}"));
}

TEST_F(TopologyTest, DotQuotesWhatItPrints)
{
    add(shop);
    EXPECT_THAT(infer().toDot(), HasSubstr("\"shop/web\" -> \"shop/api\" [label=\"TCP 5000\"];"));
}

} // namespace binnacle::tests

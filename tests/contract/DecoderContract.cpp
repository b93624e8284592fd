// SPDX-License-Identifier: GPL-3.0-or-later
// Both decoders must make the same record of the same object, and the store must follow the cluster.
#include "ContractTest.h"

#include "cluster/ClusterObserver.h"
#include "kube/RecordListDecoder.h"
#include "kube/ResourcePath.h"

#include <map>

namespace binnacle::contract {
namespace {

const core::GroupKind compactKinds[] = {
    {"", "Pod"},
    {"", "Node"},
    {"", "Event"},
    {"apps", "ReplicaSet"},
    {"batch", "Job"},
    {"discovery.k8s.io", "EndpointSlice"},
    {"events.k8s.io", "Event"},
};

class DecoderContract : public ContractTest
{
protected:
    std::map<std::string, kube::RecordPointer> read(const kube::ApiResource &resource, const std::string &accept)
    {
        kube::HttpRequest request;
        request.path = kube::collectionPath(resource, {});
        request.headers = {{"Accept", accept}};
        const auto response = must(client().transport().send(std::move(request)));
        const auto decoder = kube::makeListDecoder(
            kube::bodyFormatOf(kube::headerValue(response.headers, "content-type")), resource.gvk(), m_pool);
        std::vector<kube::RecordPointer> records;
        EXPECT_TRUE(decoder->feed(response.body, records));
        const auto info = decoder->finish();
        EXPECT_TRUE(info) << info.error().describe();
        EXPECT_TRUE(info && !info->resourceVersion.empty());
        std::map<std::string, kube::RecordPointer> result;
        for (auto &record : records)
            result.emplace(record->key().describe() + " at " + record->meta.resourceVersion, record);
        return result;
    }

    core::StringPool m_pool;
};

TEST_F(DecoderContract, ProtobufAndJsonMakeTheSameRecords)
{
    // Something of each kind: a deployment that cannot start gives pods, replica sets and events; and a job.
    (void)must(client().create(deployment("web", 2)));
    const Json container = {{"name", "c"}, {"image", "none.invalid/none:1"}};
    const Json podSpec = {{"restartPolicy", "Never"}, {"containers", Json::array({container})}};
    (void)must(
        client().create({{"apiVersion", "batch/v1"},
                         {"kind", "Job"},
                         {"metadata", {{"name", "once"}, {"namespace", nameSpace().value()}}},
                         {"spec", {{"parallelism", 2}, {"completions", 3}, {"template", {{"spec", podSpec}}}}}}));
    const core::GroupKind pods{"", "Pod"};
    EXPECT_TRUE(eventually([&] { return must(client().list(pods, nameSpace())).at("items").size() >= 3; }));
    const auto discovery = must(client().discover());
    for (const auto &kind : compactKinds) {
        const auto *resource = discovery->find(kind);
        if (resource == nullptr)
            continue;
        std::size_t compared = 0;
        const auto json = read(*resource, "application/json");
        for (const auto &[key, record] : read(*resource, "application/vnd.kubernetes.protobuf,application/json")) {
            const auto same = json.find(key);
            if (same == json.end())
                continue; // changed in between
            ++compared;
            EXPECT_EQ(record->gvk, same->second->gvk) << key;
            EXPECT_EQ(record->meta, same->second->meta) << key;
            EXPECT_TRUE(record->body == same->second->body) << key;
        }
        RecordProperty(kind.kind + kind.group, static_cast<int>(compared));
        EXPECT_GE(compared, kind == pods ? 1U : 0U);
    }
}

TEST_F(DecoderContract, StoreFollowsTheCluster)
{
    const core::SystemClock clock;
    cluster::Store store(clock);
    cluster::ClusterObserver observer(theClient(), store);
    bool synced = false;
    QObject::connect(&observer, &cluster::ClusterObserver::synced, &store, [&] { synced = true; });
    observer.observe(cluster::ClusterObserver::applicationFeeds({nameSpace()}));
    ASSERT_TRUE(eventually([&] { return synced; }));
    for (const auto &[feed, status] : store.feeds())
        EXPECT_TRUE(status.state == cluster::FeedState::Live || status.state == cluster::FeedState::Failed)
            << feed.kind.kind << ": " << (status.error ? status.error->describe() : "");
    EXPECT_NE(store.find({{"", "Namespace"}, {}, nameSpace().value()}), nullptr);

    (void)must(client().create(deployment("web", 1)));
    const core::GroupKind pods{"", "Pod"};
    const core::GroupKind replicaSets{"apps", "ReplicaSet"};
    EXPECT_TRUE(eventually([&] {
        const auto sets = store.list(replicaSets, nameSpace());
        return sets.size() == 1 && store.ownedBy(core::Uid(sets[0]->meta.uid)).size() == 1;
    })) << "the pod of the deployment never arrived";
    ASSERT_NE(store.find(deploymentKey("web")), nullptr);
    EXPECT_NE(store.find(deploymentKey("web"))->json(), nullptr);

    (void)must(client().create({{"apiVersion", "v1"},
                                {"kind", "Secret"},
                                {"metadata", {{"name", "credentials"}, {"namespace", nameSpace().value()}}},
                                {"stringData", {{"password", "hunter2"}}}}));
    const kube::ObjectKey secret{{"", "Secret"}, nameSpace(), "credentials"};
    EXPECT_TRUE(eventually([&] { return store.find(secret) != nullptr; }));
    EXPECT_FALSE(store.find(secret)->json()->contains("data"));

    (void)must(client().remove(deploymentKey("web")));
    EXPECT_TRUE(eventually([&] { return store.find(deploymentKey("web")) == nullptr; }));
    EXPECT_TRUE(eventually([&] { return store.list(pods, nameSpace()).empty(); }));
}

} // namespace
} // namespace binnacle::contract

// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Store.h"
#include "kube/RecordDecoder.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::cluster {
namespace {

using core::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const core::GroupKind podKind{"", "Pod"};
const Feed allPods{podKind, {}};

kube::RecordPointer pod(const std::string &nameSpace, const std::string &name, const std::string &uid,
                        const std::string &version, const std::string &owner = {})
{
    static core::StringPool pool;
    Json object = {
        {"apiVersion", "v1"},
        {"kind", "Pod"},
        {"metadata", {{"namespace", nameSpace}, {"name", name}, {"uid", uid}, {"resourceVersion", version}}}};
    if (!owner.empty())
        object["metadata"]["ownerReferences"] = Json::array({{{"apiVersion", "apps/v1"},
                                                              {"kind", "ReplicaSet"},
                                                              {"name", "rs"},
                                                              {"uid", owner},
                                                              {"controller", true}}});
    return kube::recordFromJson(std::move(object), pool);
}

kube::RecordPointer event(const std::string &name, const std::string &podName, const std::string &last)
{
    static core::StringPool pool;
    return kube::recordFromJson({{"apiVersion", "v1"},
                                 {"kind", "Event"},
                                 {"metadata", {{"namespace", "shop"}, {"name", name}, {"uid", "u-" + name}}},
                                 {"involvedObject", {{"kind", "Pod"}, {"namespace", "shop"}, {"name", podName}}},
                                 {"lastTimestamp", last}},
                                pool);
}

class StoreTest : public testing::Test
{
protected:
    StoreTest()
    {
        QObject::connect(&store, &Store::changed, &store, [this](const ChangeSet &changes) {
            ++emissions;
            for (const auto &change : changes)
                seen.push_back(std::string(1, "+~-"[static_cast<int>(change.kind)]) + change.key.describe());
        });
    }

    std::vector<std::string> flushed()
    {
        seen.clear();
        store.flush();
        return seen;
    }
    std::vector<std::string> names(const std::string &nameSpace = {}) const
    {
        std::vector<std::string> result;
        for (const auto &record : store.list(podKind, core::Namespace(nameSpace)))
            result.push_back(record->meta.nameSpace.str() + "/" + record->meta.name);
        return result;
    }

    core::SystemClock clock;
    Store store{clock};
    int emissions = 0;
    std::vector<std::string> seen;
};

TEST_F(StoreTest, ListsInOrderOfNamespaceAndName)
{
    store.upsert(pod("shop", "b", "1", "1"));
    store.upsert(pod("bank", "z", "2", "2"));
    store.upsert(pod("shop", "a", "3", "3"));
    EXPECT_THAT(names(), ElementsAre("bank/z", "shop/a", "shop/b"));
    EXPECT_THAT(names("shop"), ElementsAre("shop/a", "shop/b"));
    EXPECT_THAT(names("sho"), IsEmpty());
    EXPECT_EQ(store.count(podKind), 3U);
    EXPECT_EQ(store.size(), 3U);
}

TEST_F(StoreTest, ChangesOfOneKeyAreCoalesced)
{
    store.upsert(pod("shop", "stays", "1", "1"));
    store.upsert(pod("shop", "goes", "2", "1"));
    EXPECT_THAT(flushed(), UnorderedElementsAre("+Pod shop/stays", "+Pod shop/goes"));

    store.upsert(pod("shop", "stays", "1", "2"));
    store.upsert(pod("shop", "stays", "1", "3"));
    store.upsert(pod("shop", "goes", "2", "2"));
    store.remove(pod("shop", "goes", "2", "2")->key());
    store.upsert(pod("shop", "new", "3", "1"));
    store.upsert(pod("shop", "new", "3", "2"));
    store.upsert(pod("shop", "never-seen", "4", "1"));
    store.remove(pod("shop", "never-seen", "4", "1")->key());
    EXPECT_THAT(flushed(), UnorderedElementsAre("~Pod shop/stays", "-Pod shop/goes", "+Pod shop/new"));
    EXPECT_EQ(store.find(pod("shop", "stays", "", "")->key())->meta.resourceVersion, "3");
    EXPECT_THAT(flushed(), IsEmpty());
    EXPECT_EQ(emissions, 2);
}

TEST_F(StoreTest, ManyChangesMakeOneEmissionAFrame)
{
    for (int i = 0; i < 1000; ++i)
        store.upsert(pod("shop", "p" + std::to_string(i), "u" + std::to_string(i), "1"));
    EXPECT_EQ(emissions, 0);
    QElapsedTimer waited;
    waited.start();
    while (emissions == 0 && waited.elapsed() < 2000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 50);
    EXPECT_EQ(emissions, 1);
    EXPECT_EQ(seen.size(), 1000U);
}

TEST_F(StoreTest, SameResourceVersionAgainIsNoChange)
{
    store.upsert(pod("shop", "a", "1", "7"));
    flushed();
    store.upsert(pod("shop", "a", "1", "7"));
    EXPECT_THAT(flushed(), IsEmpty());
}

TEST_F(StoreTest, RelistAddsUpdatesAndRemoves)
{
    store.upsert(pod("shop", "same", "1", "1"));
    store.upsert(pod("shop", "changed", "2", "1"));
    store.upsert(pod("shop", "gone", "3", "1"));
    flushed();
    // Out of order on purpose: no server promises an order.
    store.replace(allPods, {pod("shop", "same", "1", "1"), pod("shop", "fresh", "4", "9"),
                            pod("bank", "first", "5", "9"), pod("shop", "changed", "2", "8")});
    EXPECT_THAT(flushed(),
                UnorderedElementsAre("~Pod shop/changed", "+Pod shop/fresh", "+Pod bank/first", "-Pod shop/gone"));
    EXPECT_THAT(names(), ElementsAre("bank/first", "shop/changed", "shop/fresh", "shop/same"));
    EXPECT_EQ(store.findByUid(core::Uid("3")), nullptr);
}

TEST_F(StoreTest, RelistOfOneNamespaceLeavesTheOthers)
{
    store.upsert(pod("bank", "a", "1", "1"));
    store.upsert(pod("shop", "a", "2", "1"));
    store.upsert(pod("zoo", "a", "3", "1"));
    store.replace({podKind, core::Namespace("shop")}, {pod("shop", "b", "4", "1")});
    EXPECT_THAT(names(), ElementsAre("bank/a", "shop/b", "zoo/a"));
}

TEST_F(StoreTest, RecreatedObjectReplacesItsPredecessor)
{
    store.upsert(pod("shop", "db-0", "old", "1", "rs-1"));
    store.upsert(pod("shop", "db-0", "new", "2", "rs-2"));
    EXPECT_EQ(store.findByUid(core::Uid("old")), nullptr);
    ASSERT_NE(store.findByUid(core::Uid("new")), nullptr);
    EXPECT_THAT(store.ownedBy(core::Uid("rs-1")), IsEmpty());
    EXPECT_EQ(store.ownedBy(core::Uid("rs-2")).size(), 1U);
    // The old one's delete event arrives late.
    store.remove(pod("shop", "db-0", "", "")->key(), core::Uid("old"));
    EXPECT_EQ(store.size(), 1U);
    store.remove(pod("shop", "db-0", "", "")->key(), core::Uid("new"));
    EXPECT_EQ(store.size(), 0U);
    EXPECT_THAT(store.ownedBy(core::Uid("rs-2")), IsEmpty());
}

TEST_F(StoreTest, OwnerIndexFollowsUpdates)
{
    store.upsert(pod("shop", "b", "1", "1", "rs"));
    store.upsert(pod("shop", "a", "2", "1", "rs"));
    store.upsert(pod("shop", "b", "1", "2", "rs"));
    const auto owned = store.ownedBy(core::Uid("rs"));
    ASSERT_EQ(owned.size(), 2U);
    EXPECT_EQ(owned[0]->meta.name, "a");
    EXPECT_EQ(owned[1]->meta.resourceVersion, "2");
    store.upsert(pod("shop", "b", "1", "3")); // orphaned
    EXPECT_EQ(store.ownedBy(core::Uid("rs")).size(), 1U);
}

TEST_F(StoreTest, EventsOfAnObjectNewestFirst)
{
    store.upsert(event("e1", "db-0", "2026-01-01T00:00:01Z"));
    store.upsert(event("e2", "db-0", "2026-01-01T00:00:09Z"));
    store.upsert(event("e3", "web-0", "2026-01-01T00:00:10Z"));
    const auto events = store.eventsOf({podKind, core::Namespace("shop"), "db-0"});
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0]->meta.name, "e2");
    EXPECT_EQ(events[1]->meta.name, "e1");
}

TEST_F(StoreTest, FeedOfAllNamespacesCoversEach)
{
    const core::Namespace shop("shop");
    EXPECT_EQ(store.feedFor(podKind, shop), nullptr);
    store.setFeedStatus(allPods, {FeedState::Live});
    ASSERT_NE(store.feedFor(podKind, shop), nullptr);
    store.setFeedStatus({podKind, shop}, {FeedState::Denied});
    EXPECT_EQ(store.feedFor(podKind, shop)->state, FeedState::Denied);
    EXPECT_EQ(store.feedFor(podKind, core::Namespace("bank"))->state, FeedState::Live);
}

TEST_F(StoreTest, SyncedWhenNoFeedIsLoading)
{
    EXPECT_TRUE(store.isSynced());
    store.setFeedStatus(allPods, {FeedState::Loading});
    EXPECT_FALSE(store.isSynced());
    for (const auto state : {FeedState::Live, FeedState::Stale, FeedState::Denied, FeedState::Failed}) {
        store.setFeedStatus(allPods, {state});
        EXPECT_TRUE(store.isSynced());
    }
}

TEST_F(StoreTest, DroppedFeedTakesWhatOnlyItCovered)
{
    const Feed shop{podKind, core::Namespace("shop")};
    store.setFeedStatus(allPods, {FeedState::Live});
    store.setFeedStatus(shop, {FeedState::Live});
    store.upsert(pod("shop", "a", "1", "1"));
    store.upsert(pod("bank", "a", "2", "1"));
    store.dropFeed(allPods);
    EXPECT_THAT(names(), ElementsAre("shop/a"));
    store.dropFeed(shop);
    EXPECT_THAT(names(), IsEmpty());
}

} // namespace
} // namespace binnacle::cluster

// SPDX-License-Identifier: GPL-3.0-or-later
// Lists and watches, as https://kubernetes.io/docs/reference/using-api/api-concepts/ promises them.
#include "ContractTest.h"
#include "WatchRecorder.h"

namespace binnacle::contract {
namespace {

class Collections : public ContractTest
{
protected:
    void createConfigMaps(int count) const
    {
        for (int number = 0; number < count; ++number) {
            Json object = configMap("item-" + std::to_string(number));
            object["metadata"]["labels"] = {{"parity", number % 2 == 0 ? "even" : "odd"}, {"test", "collections"}};
            (void)must(client().create(object));
        }
    }
    [[nodiscard]] std::vector<std::string> namesOf(kube::ListOptions options) const
    {
        std::vector<std::string> names;
        const Json list = must(client().list({"", "ConfigMap"}, nameSpace(), std::move(options)));
        for (const auto &item : list.at("items"))
            names.push_back(item["metadata"]["name"].get<std::string>());
        return names;
    }
    [[nodiscard]] kube::HttpRequest watchRequest(const std::string &resourceVersion) const
    {
        kube::HttpRequest request;
        request.path = "/api/v1/namespaces/" + nameSpace().value() + "/configmaps";
        request.query = {{"watch", "true"},
                         {"labelSelector", "test=collections"},
                         {"allowWatchBookmarks", "true"},
                         {"resourceVersion", resourceVersion}};
        request.timeout = std::chrono::seconds(60);
        return request;
    }
    [[nodiscard]] std::string currentVersion() const
    {
        return must(client().list({"", "ConfigMap"}, nameSpace()))["metadata"]["resourceVersion"].get<std::string>();
    }
};

TEST_F(Collections, PagesJoinToTheWholeInOrder)
{
    createConfigMaps(7);
    kube::ListOptions options;
    options.labelSelector = "test=collections";
    options.limit = 3;
    EXPECT_THAT(namesOf(options),
                testing::ElementsAre("item-0", "item-1", "item-2", "item-3", "item-4", "item-5", "item-6"));
}

TEST_F(Collections, SelectorsSelect)
{
    createConfigMaps(4);
    kube::ListOptions options;
    options.labelSelector = "parity=odd,test in (collections)";
    EXPECT_THAT(namesOf(options), testing::ElementsAre("item-1", "item-3"));
    options.labelSelector = "test,parity!=odd";
    EXPECT_THAT(namesOf(options), testing::ElementsAre("item-0", "item-2"));
    options.labelSelector.clear();
    options.fieldSelector = "metadata.name=item-2";
    EXPECT_THAT(namesOf(options), testing::ElementsAre("item-2"));
    options.fieldSelector.clear();
    options.labelSelector = "=nonsense=";
    EXPECT_EQ(mustFail(client().list({"", "ConfigMap"}, nameSpace(), options)).kind, ErrorKind::Invalid);
}

TEST_F(Collections, TokenThatTheServerNeverGaveIsRefused)
{
    kube::HttpRequest request;
    request.path = "/api/v1/namespaces/" + nameSpace().value() + "/configmaps";
    request.query = {{"limit", "1"}, {"continue", "nonsense"}};
    const auto error = mustFail(client().transport().send(request));
    EXPECT_THAT(error.kind, testing::AnyOf(ErrorKind::Invalid, ErrorKind::Expired));
}

TEST_F(Collections, WatchTellsEachChangeInOrder)
{
    const std::string from = currentVersion();
    const auto watch = WatchRecorder::start(client().transport(), watchRequest(from));
    createConfigMaps(1);
    (void)must(client().patch(configMapKey("item-0"), kube::PatchKind::Merge, {{"data", {{"key", "1"}}}}));
    (void)must(client().remove(configMapKey("item-0")));
    ASSERT_TRUE(eventually([&] { return watch->types().size() >= 3; })) << watch->describe();
    EXPECT_THAT(watch->types(), testing::ElementsAre("ADDED", "MODIFIED", "DELETED"));
}

TEST_F(Collections, ObjectThatLeavesTheSelectorIsDeletedToTheWatch)
{
    createConfigMaps(1);
    const auto watch = WatchRecorder::start(client().transport(), watchRequest(currentVersion()));
    const Json unlabel = {{"metadata", {{"labels", {{"test", nullptr}}}}}};
    const Json relabel = {{"metadata", {{"labels", {{"test", "collections"}}}}}};
    (void)must(client().patch(configMapKey("item-0"), kube::PatchKind::Merge, unlabel));
    (void)must(client().patch(configMapKey("item-0"), kube::PatchKind::Merge, relabel));
    ASSERT_TRUE(eventually([&] { return watch->types().size() >= 2; })) << watch->describe();
    EXPECT_THAT(watch->types(), testing::ElementsAre("DELETED", "ADDED"));
}

TEST_F(Collections, WatchResumesWhereItEnded)
{
    createConfigMaps(1);
    const std::string first = must(client().patch(configMapKey("item-0"), kube::PatchKind::Merge,
                                                  {{"data", {{"key", "1"}}}}))["metadata"]["resourceVersion"];
    (void)must(client().patch(configMapKey("item-0"), kube::PatchKind::Merge, {{"data", {{"key", "2"}}}}));
    const auto watch = WatchRecorder::start(client().transport(), watchRequest(first));
    ASSERT_TRUE(eventually([&] { return !watch->types().empty(); })) << watch->describe();
    EXPECT_EQ(watch->event(0)["object"]["data"]["key"], "2");
}

// A server that was never compacted (a fresh one) still has its whole past; one that has lost it must say so.
TEST_F(Collections, WatchFromTheBeginningOfTimeTellsAllOrIsExpired)
{
    createConfigMaps(1);
    const auto watch = WatchRecorder::start(client().transport(), watchRequest("1"));
    ASSERT_TRUE(eventually([&] { return watch->isRefused() || !watch->types().empty(); })) << watch->describe();
    if (watch->isRefused()) {
        EXPECT_EQ(watch->statusCode(), 410) << watch->describe();
        return;
    }
    EXPECT_EQ(watch->types().front(), "ADDED");
    EXPECT_EQ(watch->event(0)["object"]["metadata"]["name"], "item-0");
}

TEST_F(Collections, TableHasTheServersColumns)
{
    createConfigMaps(2);
    kube::HttpRequest request;
    request.path = "/api/v1/namespaces/" + nameSpace().value() + "/configmaps";
    request.query = {{"labelSelector", "test=collections"}};
    request.headers = {{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"}};
    const Json table = Json::parse(must(client().transport().send(request)).body);
    EXPECT_EQ(table["kind"], "Table");
    EXPECT_EQ(table["columnDefinitions"][0]["name"], "Name");
    ASSERT_EQ(table["rows"].size(), 2U);
    EXPECT_EQ(table["rows"][1]["cells"][0], "item-1");
    EXPECT_EQ(table["rows"][1]["object"]["metadata"]["name"], "item-1");
}

} // namespace
} // namespace binnacle::contract

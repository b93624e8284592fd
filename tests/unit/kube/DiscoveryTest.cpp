// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/DiscoveryParsing.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using binnacle::core::Json;
using namespace binnacle::kube;

namespace {

const char *const coreList = R"({"kind":"APIResourceList","groupVersion":"v1","resources":[
  {"name":"pods","singularName":"","namespaced":true,"kind":"Pod","verbs":["get","list","watch"],"shortNames":["po"]},
  {"name":"pods/eviction","singularName":"","namespaced":true,"kind":"Eviction","verbs":["create"]},
  {"name":"events","singularName":"","namespaced":true,"kind":"Event","verbs":["list"],"shortNames":["ev"]}]})";
const char *const aggregated =
    R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"events.k8s.io"},"versions":[
  {"version":"v1","freshness":"Current","resources":[{"resource":"events","responseKind":{"kind":"Event"},"scope":"Namespaced","singularResource":"event","verbs":["list"]}]}]},
 {"metadata":{"name":"apps"},"versions":[{"version":"v1","freshness":"Current","resources":[
  {"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment","shortNames":["deploy"],"verbs":["get"],
   "subresources":[{"subresource":"scale"},{"subresource":"status"}]}]}]},
 {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]}]})";

Discovery discovery()
{
    auto resources = *parseResourceList(Json::parse(coreList));
    const auto root = *parseDiscoveryRoot(Json::parse(aggregated));
    resources.insert(resources.end(), root.resources.begin(), root.resources.end());
    return Discovery(std::move(resources), 33);
}

TEST(Discovery, FindsWhatPeopleType)
{
    const auto served = discovery();
    for (const char *typed : {"deploy", "deployment", "deployments", "Deployment", "deployments.apps",
                              "deployments.v1.apps", "DEPLOY.apps"}) {
        const auto *found = served.findByName(typed);
        ASSERT_NE(found, nullptr) << typed;
        EXPECT_EQ(found->gvr.resource, "deployments") << typed;
    }
    EXPECT_EQ(served.findByName("deployments.v2.apps"), nullptr);
    EXPECT_EQ(served.findByName("widgets"), nullptr);
}

TEST(Discovery, PrefersTheCoreGroupWhereTwoServeOneName)
{
    const auto served = discovery();
    EXPECT_EQ(served.findByName("events")->gvr.group, "");
    EXPECT_EQ(served.findByName("events.events.k8s.io")->gvr.group, "events.k8s.io");
    EXPECT_EQ(served.findByName("events.events")->gvr.group, "events.k8s.io");
}

TEST(Discovery, FoldsSubresourcesIntoTheirResource)
{
    const auto served = discovery();
    EXPECT_EQ(served.findByName("po")->subresources, std::vector<std::string>{"eviction"});
    EXPECT_EQ(served.findByName("deploy")->subresources, (std::vector<std::string>{"scale", "status"}));
}

TEST(Discovery, ReportsAnApiThatDoesNotAnswerAndKeepsTheRest)
{
    const auto root = *parseDiscoveryRoot(Json::parse(aggregated));
    ASSERT_EQ(root.failedGroups.size(), 1U);
    EXPECT_EQ(root.failedGroups[0].first, "metrics.k8s.io/v1beta1");
    EXPECT_EQ(root.resources.size(), 2U);
}

TEST(Discovery, AsksForThePreferredVersionFirst)
{
    const auto root = *parseDiscoveryRoot(Json::parse(
        R"({"kind":"APIGroupList","groups":[{"name":"batch","versions":[{"version":"v1"},{"version":"v1beta1"}],"preferredVersion":{"version":"v1beta1"}}]})"));
    EXPECT_EQ(root.groupVersions,
              (std::vector<std::pair<std::string, std::string>>{{"batch", "v1beta1"}, {"batch", "v1"}}));
}

TEST(Discovery, RefusesWhatIsNotAnApiServer)
{
    const auto root = parseDiscoveryRoot(Json::parse(R"({"hello":"world"})"));
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().kind, binnacle::core::ErrorKind::Protocol);
}

TEST(Discovery, ReadsTheMinorVersion)
{
    EXPECT_EQ(parseMinorVersion(Json::parse(R"({"major":"1","minor":"27+"})")), 27);
    EXPECT_EQ(parseMinorVersion(Json::parse(R"({"minor":20})")), 0);
    EXPECT_EQ(parseMinorVersion(Json::parse("{}")), 0);
}

} // namespace

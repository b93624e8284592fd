// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RequestBuilder.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace binnacle::kube;
using binnacle::core::ErrorKind;
using binnacle::core::GroupKind;
using binnacle::core::Json;
using binnacle::core::Namespace;

namespace {

Discovery discovery(int minorVersion = 33)
{
    const auto resource = [](const char *group, const char *version, const char *name, const char *kind,
                             bool namespaced) {
        ApiResource result;
        result.gvr = {group, version, name};
        result.kind = kind;
        result.namespaced = namespaced;
        return result;
    };
    return Discovery({resource("", "v1", "namespaces", "Namespace", false),
                      resource("", "v1", "secrets", "Secret", true),
                      resource("apps", "v1", "deployments", "Deployment", true),
                      resource("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true),
                      resource("autoscaling", "v2beta2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true)},
                     minorVersion);
}

std::string queryOf(const HttpRequest &request)
{
    std::string text;
    for (const auto &[key, value] : request.query)
        text += (text.empty() ? "" : "&") + key + "=" + value;
    return text;
}

TEST(RequestBuilder, AddressesObjectsAsTheApiDoes)
{
    struct Case
    {
        GroupKind kind;
        const char *nameSpace, *name, *subresource, *path; ///< path nullptr: refused
    };
    const Case cases[] = {
        {{"", "Namespace"}, "", "app-backend", "", "/api/v1/namespaces/app-backend"},
        {{"apps", "Deployment"}, "a", "backend", "", "/apis/apps/v1/namespaces/a/deployments/backend"},
        {{"apps", "Deployment"}, "a", "backend", "scale", "/apis/apps/v1/namespaces/a/deployments/backend/scale"},
        {{"", "Secret"}, "a", "odd name/..", "", "/api/v1/namespaces/a/secrets/odd%20name%2F.."},
        // The preferred v1 hides metrics and behaviour: the newest served version is read.
        {{"autoscaling", "HorizontalPodAutoscaler"},
         "a",
         "h",
         "",
         "/apis/autoscaling/v2beta2/namespaces/a/horizontalpodautoscalers/h"},
        {{"apps", "Deployment"}, "", "backend", "", nullptr},
        {{"example.org", "Widget"}, "a", "w", "", nullptr},
    };
    for (const auto &row : cases) {
        const ObjectKey key{row.kind, Namespace(row.nameSpace), row.name};
        const auto request = buildGet(discovery(), key, row.subresource);
        ASSERT_EQ(request.has_value(), row.path != nullptr) << key.describe();
        if (request)
            EXPECT_EQ(request->path, row.path);
        else
            EXPECT_EQ(request.error().object, key.describe());
    }
}

TEST(RequestBuilder, AppliesWithItsFieldManager)
{
    const Json object =
        Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"backend","namespace":"a"}})");
    WriteOptions options;
    options.dryRun = true;
    options.force = true;
    options.fieldValidation = FieldValidation::Strict;
    const auto request = buildWrite(discovery(), WriteVerb::Apply, object, options);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->method, HttpMethod::Patch);
    EXPECT_EQ(queryOf(*request), "force=true&fieldManager=binnacle&dryRun=All&fieldValidation=Strict");
    EXPECT_EQ(request->headers.back().second, "application/apply-patch+yaml");
    // Servers before 1.25 know no field validation.
    const auto old = buildWrite(discovery(20), WriteVerb::Apply, object, options);
    EXPECT_EQ(queryOf(*old), "force=true&fieldManager=binnacle&dryRun=All");
}

TEST(RequestBuilder, RefusesWhatCannotBeAddressed)
{
    const auto nameless =
        buildWrite(discovery(), WriteVerb::Apply,
                   Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"a"}})"), {});
    ASSERT_FALSE(nameless);
    EXPECT_EQ(nameless.error().kind, ErrorKind::Invalid);
    const auto homeless =
        buildWrite(discovery(), WriteVerb::Create,
                   Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"b"}})"), {});
    ASSERT_FALSE(homeless);
    EXPECT_EQ(homeless.error().next, "add metadata.namespace");
}

TEST(RequestBuilder, DeletesWithPreconditions)
{
    DeleteOptions options;
    options.propagation = Propagation::Foreground;
    options.uid = "u-1";
    options.gracePeriodSeconds = 0;
    const auto request = buildDelete(discovery(), {{"", "Secret"}, Namespace("a"), "s"}, options);
    ASSERT_TRUE(request);
    EXPECT_EQ(Json::parse(request->body),
              Json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground",
                              "preconditions":{"uid":"u-1"},"gracePeriodSeconds":0})"));
}

TEST(RequestBuilder, ListsInPages)
{
    ListOptions options;
    options.labelSelector = "app=backend";
    const auto request = buildList(discovery(), {"", "Secret"}, {}, options);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->path, "/api/v1/secrets");
    EXPECT_EQ(queryOf(*request), "labelSelector=app=backend&limit=500");
}

} // namespace

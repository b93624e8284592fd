// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyReferences.h"

#include "support/YamlObject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::tests {

struct MentionCase
{
    const char *name;
    const char *text;
    bool hosts;
    std::vector<std::string> mentions; ///< "namespace/name:port"
};

class Mentions : public testing::TestWithParam<MentionCase>
{
};

// Read by a pod of namespace "app", where services "api", "redis" and (headless) "db" are; "cache" is in "shared".
TEST_P(Mentions, AreFound)
{
    core::ManualClock clock({});
    cluster::Store store(clock);
    for (const char *name : {"api", "redis", "db", "frontend"})
        store.upsert(
            record("{apiVersion: v1, kind: Service, metadata: {namespace: app, name: " + std::string(name) + "}}"));
    store.upsert(record("{apiVersion: v1, kind: Service, metadata: {namespace: shared, name: cache}}"));
    const stack::ServiceNames services(store);
    std::vector<std::string> found;
    for (const auto &mention : stack::mentionsIn(GetParam().text, "app", GetParam().hosts, services))
        found.push_back(mention.nameSpace + "/" + mention.name + ":" + std::to_string(mention.port));
    EXPECT_EQ(found, GetParam().mentions);
}

const MentionCase mentionCases[] = {
    {"FullName", "cache.shared.svc.cluster.local", false, {"shared/cache:0"}},
    {"FullNameWithPort", "http://cache.shared.svc.cluster.local:6379/0", false, {"shared/cache:6379"}},
    {"OtherClusterDomain", "cache.shared.svc.k8s.example.com.:80", false, {"shared/cache:0"}},
    {"ShortName", "cache.shared.svc", false, {"shared/cache:0"}},
    {"NameAndNamespace", "cache.shared:6379", false, {"shared/cache:6379"}},
    {"PodOfAHeadlessService", "db-0.db:5432", false, {"app/db:5432"}},
    {"PodOfAHeadlessServiceInFull", "db-0.db.app.svc.cluster.local", false, {"app/db:0"}},
    {"Url", "postgresql://$(USER):$(PASSWORD)@db:5432/app?sslmode=disable", false, {"app/db:5432"}},
    {"UrlWithoutPort", "http://api/v1", false, {"app/api:0"}},
    {"ListOfHosts", "redis:6379,api:5000", false, {"app/api:5000", "app/redis:6379"}},
    {"BareNameInAHostSetting", "redis", true, {"app/redis:0"}},
    {"BareNameElsewhere", "redis", false, {}},
    {"WordInProse", "the api is slow and the frontend waits", false, {}},
    {"SettingInAFile", "cache:\n  host: redis\n  level: api\n", false, {"app/redis:0"}},
    {"ProxyDirective", "location / { proxy_pass http://api:5000; }", false, {"app/api:5000"}},
    {"PartOfALongerName", "http://api-gateway:80", false, {}},
    {"UnknownNamespace", "cache.elsewhere.svc.cluster.local", false, {}},
    {"PublicHost", "https://api.example.com", false, {}},
    {"NoText", "", true, {}},
};
INSTANTIATE_TEST_SUITE_P(References, Mentions, testing::ValuesIn(mentionCases),
                         [](const testing::TestParamInfo<MentionCase> &info) { return info.param.name; });

} // namespace binnacle::tests

// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP into a pod through the API server: what port-forwards and metrics rely on.
#include "ClusterFixture.h"

namespace binnacle::simulator {
namespace {

using std::chrono::seconds;

class Proxy : public ClusterFixture
{
protected:
    Proxy()
    {
        create("services", R"({"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},
            "ports":[{"name":"http","port":80,"targetPort":"http"},{"name":"raw","port":5432}]}})");
        create("services",
               R"({"metadata":{"name":"nobody"},"spec":{"selector":{"app":"none"},"ports":[{"port":80}]}})");
        create("pods", R"({"metadata":{"name":"web-0","labels":{"app":"web"}},"spec":{"containers":[{"name":"main",
            "image":"docker.io/library/nginx:1","ports":[{"name":"http","containerPort":8080},{"containerPort":5432}],
            "readinessProbe":{"httpGet":{"path":"/ready","port":"http"}}}]}})");
        cluster.advance(seconds(20));
    }
    void create(const std::string &collection, const std::string &object)
    {
        const auto made = send("POST", "/api/v1/namespaces/default/" + collection, object);
        EXPECT_EQ(made.status, 201) << made.body;
    }
};

TEST_F(Proxy, CarriesRequestsToReadyPods)
{
    const struct
    {
        const char *target;
        int status;
        const char *says;
    } cases[] = {
        {"services/web:80/proxy/ready", 200, "ok"},
        {"services/web:http/proxy/ready", 200, "ok"},
        {"services/http:web:80/proxy/ready", 200, "ok"},
        {"services/web:80/proxy/", 200, "web-0"},
        {"services/web:80/proxy/missing", 404, "404 page not found"},
        {"pods/web-0:8080/proxy/ready", 200, "ok"},
        {"pods/web-0/proxy/ready", 200, "ok"},
        {"services/web:81/proxy/", 503, "no service port \\\"81\\\" found for service \\\"web\\\""},
        {"services/web:raw/proxy/", 503, "connection refused"},
        {"services/nobody:80/proxy/", 503, "no endpoints available for service \\\"nobody\\\""},
        {"services/absent:80/proxy/", 404, "services \\\"absent\\\" not found"},
        {"pods/absent/proxy/", 404, "pods \\\"absent\\\" not found"},
        {"pods/web-0:9999/proxy/", 503, "connection refused"},
    };
    for (const auto &each : cases) {
        const auto answer = send("GET", std::string("/api/v1/namespaces/default/") + each.target);
        EXPECT_EQ(answer.status, each.status) << each.target << ": " << answer.body;
        EXPECT_NE(answer.body.find(each.says), std::string::npos) << each.target << ": " << answer.body;
    }
}

} // namespace
} // namespace binnacle::simulator

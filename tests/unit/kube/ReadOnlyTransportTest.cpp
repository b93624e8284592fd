// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ReadOnlyTransport.h"

#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

class CountingTransport final : public Transport, public StreamTransport
{
public:
    QFuture<core::Result<HttpResponse>> send(HttpRequest, core::CancellationToken) override
    {
        ++sent;
        return QtFuture::makeReadyFuture(core::Result<HttpResponse>(HttpResponse{200, {}, "{}"}));
    }
    void stream(HttpRequest, std::shared_ptr<StreamConsumer>, core::CancellationToken) override { ++sent; }
    StreamTransport *streams() override { return this; }
    void open(HttpRequest, StreamOffer, std::shared_ptr<StreamListener>, core::CancellationToken) override { ++sent; }
    std::string server() const override { return "https://example"; }
    int sent = 0;
};

struct Refused final : StreamListener
{
    void opened(const std::shared_ptr<MessageStream> &, const std::string &) override {}
    void received(std::string_view) override {}
    void drained() override {}
    void closed(core::Result<void> result) override { why = result.error(); }
    std::optional<core::Error> why;
};

struct Case
{
    const char *what;
    HttpRequest request;
    bool passes;
};

HttpRequest request(HttpMethod method, const char *path, std::vector<std::pair<std::string, std::string>> query = {},
                    std::string body = {})
{
    HttpRequest made;
    made.method = method;
    made.path = path;
    made.query = std::move(query);
    made.body = std::move(body);
    return made;
}

const Case cases[] = {
    {"a read", request(HttpMethod::Get, "/api/v1/pods"), true},
    {"a watch", request(HttpMethod::Get, "/api/v1/pods", {{"watch", "true"}}), true},
    {"the dry run of an apply",
     request(HttpMethod::Patch, "/api/v1/namespaces/a/services/b", {{"dryRun", "All"}, {"fieldManager", "x"}}), true},
    {"the dry run of a delete", request(HttpMethod::Delete, "/api/v1/namespaces/a/pods/b", {}, R"({"dryRun":["All"]})"),
     true},
    {"a question about permissions",
     request(HttpMethod::Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"), true},
    {"an apply", request(HttpMethod::Patch, "/api/v1/namespaces/a/services/b", {{"fieldManager", "x"}}), false},
    {"a create", request(HttpMethod::Post, "/api/v1/namespaces/a/pods"), false},
    {"a replace", request(HttpMethod::Put, "/api/v1/namespaces/a/pods/b"), false},
    {"a delete", request(HttpMethod::Delete, "/api/v1/namespaces/a/pods/b", {}, R"({"dryRun":[]})"), false},
    {"an eviction", request(HttpMethod::Post, "/api/v1/namespaces/a/pods/b/eviction"), false},
    {"a shell", request(HttpMethod::Get, "/api/v1/namespaces/a/pods/b/exec"), false},
    {"a binding of roles", request(HttpMethod::Post, "/apis/rbac.authorization.k8s.io/v1/namespaces/a/rolebindings"),
     false},
};

TEST(ReadOnlyTransport, LetsThroughWhatChangesNothing)
{
    for (const Case &each : cases) {
        const auto inner = std::make_shared<CountingTransport>();
        ReadOnlyTransport transport(inner, "prod");
        transport.setReadOnly(true);
        const auto answer = transport.send(each.request).result();
        EXPECT_EQ(answer.has_value(), each.passes) << each.what;
        EXPECT_EQ(inner->sent, each.passes ? 1 : 0) << each.what;
        if (!answer) {
            EXPECT_EQ(answer.error().kind, core::ErrorKind::Forbidden) << each.what;
            EXPECT_NE(answer.error().message.find("prod"), std::string::npos) << each.what;
            EXPECT_FALSE(answer.error().next.empty()) << each.what;
        }
    }
}

TEST(ReadOnlyTransport, LetsEverythingThroughWhenChangesAreAllowed)
{
    for (const Case &each : cases) {
        const auto inner = std::make_shared<CountingTransport>();
        ReadOnlyTransport transport(inner, "prod");
        transport.setReadOnly(true);
        transport.setReadOnly(false);
        EXPECT_TRUE(transport.send(each.request).result().has_value()) << each.what;
    }
}

TEST(ReadOnlyTransport, OpensAShellWhenChangesAreAllowedAndForwardsAlways)
{
    const auto shell = request(HttpMethod::Get, "/api/v1/namespaces/a/pods/b/exec");
    const auto inner = std::make_shared<CountingTransport>();
    ReadOnlyTransport transport(inner, "prod");
    ASSERT_NE(transport.streams(), nullptr);
    const auto listener = std::make_shared<Refused>();
    transport.streams()->open(shell, {}, listener);
    EXPECT_EQ(inner->sent, 1);
    transport.setReadOnly(true);
    transport.streams()->open(request(HttpMethod::Get, "/api/v1/namespaces/a/pods/b/portforward"), {}, listener);
    EXPECT_EQ(inner->sent, 2);
    EXPECT_FALSE(listener->why);
    transport.streams()->open(shell, {}, listener);
    EXPECT_EQ(inner->sent, 2);
    ASSERT_TRUE(listener->why);
    EXPECT_EQ(listener->why->kind, core::ErrorKind::Forbidden);
}

} // namespace
} // namespace binnacle::kube

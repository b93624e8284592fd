// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Transport.h"

#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using core::ErrorKind;

core::Error errorOf(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {})
{
    HttpRequest request;
    request.method = HttpMethod::Patch;
    request.path = "/apis/apps/v1/namespaces/web/deployments/front";
    request.query = {{"fieldManager", "binnacle"}};
    return errorFromResponse(request, {status, std::move(headers), std::move(body)});
}

std::string statusBody(const std::string &reason)
{
    return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":")" + reason + "\"}";
}

TEST(ApiErrors, KindFollowsStatusAndReason)
{
    struct Case
    {
        int status;
        const char *reason;
        ErrorKind kind;
    };
    const Case cases[] = {
        {400, "BadRequest", ErrorKind::Invalid},
        {401, "Unauthorized", ErrorKind::Unauthorized},
        {403, "Forbidden", ErrorKind::Forbidden},
        {404, "NotFound", ErrorKind::NotFound},
        {405, "MethodNotAllowed", ErrorKind::Unsupported},
        {406, "NotAcceptable", ErrorKind::Unsupported},
        {409, "AlreadyExists", ErrorKind::AlreadyExists},
        {409, "Conflict", ErrorKind::Conflict},
        {410, "Expired", ErrorKind::Expired},
        {410, "Gone", ErrorKind::Expired},
        {413, "RequestEntityTooLarge", ErrorKind::Invalid},
        {415, "UnsupportedMediaType", ErrorKind::Invalid},
        {422, "Invalid", ErrorKind::Invalid},
        {429, "TooManyRequests", ErrorKind::TooManyRequests},
        {500, "InternalError", ErrorKind::Server},
        {503, "ServiceUnavailable", ErrorKind::Server},
        {504, "Timeout", ErrorKind::Timeout},
        {302, "", ErrorKind::Protocol},
    };
    for (const auto &[status, reason, kind] : cases) {
        const auto error = errorOf(status, statusBody(reason));
        EXPECT_EQ(error.kind, kind) << status << " " << reason;
        EXPECT_EQ(error.httpStatus, status);
        EXPECT_EQ(error.reason, reason);
        EXPECT_EQ(error.message, "no");
        EXPECT_FALSE(error.next.empty()) << status;
    }
}

TEST(ApiErrors, NamesTheRequestWithoutItsQuery)
{
    EXPECT_EQ(errorOf(404, statusBody("NotFound")).request, "PATCH /apis/apps/v1/namespaces/web/deployments/front");
}

TEST(ApiErrors, KeepsCausesAndRetryAfter)
{
    const auto error = errorOf(422, R"({"kind":"Status","reason":"Invalid","message":"bad","details":{
        "retryAfterSeconds":3,"causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.a"}]}})");
    ASSERT_EQ(error.causes.size(), 1U);
    EXPECT_EQ(error.causes[0].reason, "FieldValueRequired");
    EXPECT_EQ(error.causes[0].message, "Required value");
    EXPECT_EQ(error.causes[0].field, "spec.a");
    EXPECT_EQ(error.retryAfter, std::chrono::seconds(3));
    EXPECT_EQ(errorOf(503, "busy", {{"retry-after", "7"}}).retryAfter, std::chrono::seconds(7));
    EXPECT_FALSE(errorOf(503, "busy", {{"retry-after", "-1"}}).retryAfter);
}

TEST(ApiErrors, SaysWhatABodyThatIsNoStatusSays)
{
    EXPECT_EQ(errorOf(502, "<html><body><h1>502 Bad Gateway</h1>\n</body></html>").message,
              "the server answered HTTP 502: 502 Bad Gateway");
    EXPECT_EQ(errorOf(500, "").message, "the server answered HTTP 500");
    EXPECT_EQ(errorOf(500, "[1,").message, "the server answered HTTP 500: [1,");
    EXPECT_LT(errorOf(500, std::string(100'000, 'x')).message.size(), 300U);
}

TEST(ApiErrors, PlainHttpToATlsPortPointsAtTheUrl)
{
    const auto error = errorOf(400, "Client sent an HTTP request to an HTTPS server.\n");
    EXPECT_EQ(error.kind, ErrorKind::Configuration);
    EXPECT_NE(error.next.find("https://"), std::string::npos);
}

TEST(ApiErrors, PercentEncodesAllButUnreserved)
{
    EXPECT_EQ(percentEncode("a-b_c.d~9"), "a-b_c.d~9");
    EXPECT_EQ(percentEncode("app in (a,b)/ü"), "app%20in%20%28a%2Cb%29%2F%C3%BC");
}

} // namespace
} // namespace binnacle::kube

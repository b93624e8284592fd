// SPDX-License-Identifier: GPL-3.0-or-later
// What changing keys of Secrets relies on: only those are sent, and what others write at the same time stays.
#include "ContractTest.h"
#include "core/Futures.h"
#include "operations/ConfigData.h"
#include "operations/SecretEffects.h"

namespace binnacle::contract {
namespace {

using operations::toBase64;

/// Somebody else's write reaches the server right before our first one; `loses`: our writes reach it never.
class Crossroads final : public kube::Transport
{
public:
    Crossroads(const kube::ObjectKey &secret, Json theirs, bool loses = false)
        : m_secret(secret), m_theirs(std::move(theirs)), m_loses(loses)
    {
    }
    QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request, core::CancellationToken token) override
    {
        auto &real = theClient()->transport();
        if (request.method != kube::HttpMethod::Patch)
            return real.send(std::move(request), token);
        writes.push_back(Json::parse(request.body));
        if (m_loses)
            return core::ready(core::Result<kube::HttpResponse>(
                core::fail(core::ErrorKind::Unreachable, "the connection was lost", "connect again")));
        if (m_theirs.is_null())
            return real.send(std::move(request), token);
        return core::chain<kube::HttpResponse>(
            theClient()->patch(m_secret, kube::PatchKind::Merge, std::exchange(m_theirs, Json())),
            [request = std::move(request), token](const core::Result<Json> &) {
                return theClient()->transport().send(request, token);
            });
    }
    void stream(kube::HttpRequest request, std::shared_ptr<kube::StreamConsumer> consumer,
                core::CancellationToken token) override
    {
        theClient()->transport().stream(std::move(request), std::move(consumer), token);
    }
    [[nodiscard]] std::string server() const override { return theClient()->transport().server(); }

    std::vector<Json> writes;

private:
    kube::ObjectKey m_secret;
    Json m_theirs;
    bool m_loses;
};

class Secrets : public ContractTest
{
protected:
    [[nodiscard]] kube::ObjectKey secret() const { return {{"", "Secret"}, nameSpace(), "db"}; }
    [[nodiscard]] Json data() const { return must(client().get(secret()))["data"]; }
    void SetUp() override
    {
        ContractTest::SetUp();
        (void)must(client().create({{"apiVersion", "v1"},
                                    {"kind", "Secret"},
                                    {"metadata", {{"name", "db"}, {"namespace", nameSpace().value()}}},
                                    {"data", before}}));
    }
    /// Writes PASSWORD, as one who saw "hush-old" in it.
    [[nodiscard]] core::Result<runbook::Applied> edited(const std::shared_ptr<Crossroads> &way) const
    {
        operations::SecretValues values;
        values.setSeen(secret(), "PASSWORD", core::SecretString("hush-old"));
        values.set(secret(), "PASSWORD", core::SecretString("hush-new"));
        runbook::SecretEditTask work;
        work.written = {"PASSWORD"};
        return ctl::await(operations::editSecretKeys(std::make_shared<kube::Client>(way), secret(), work, values, {}));
    }

    const Json before{{"PASSWORD", toBase64("hush-old")}, {"USER", toBase64("me")}};
};

Json with(Json data, const char *key, const char *value)
{
    data[key] = toBase64(value);
    return data;
}

TEST_F(Secrets, OnlyTheChangedKeyIsSentAndTheVersionThatWasRead)
{
    const std::string version = must(client().get(secret()))["metadata"]["resourceVersion"];
    const auto way = std::make_shared<Crossroads>(secret(), Json());
    ASSERT_TRUE(edited(way));
    ASSERT_EQ(way->writes.size(), 1U);
    const Json sent{{{"op", "replace"}, {"path", "/data/PASSWORD"}, {"value", toBase64("hush-new")}},
                    {{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", version}}};
    EXPECT_EQ(way->writes[0], sent);
    EXPECT_EQ(data(), with(before, "PASSWORD", "hush-new"));
}

TEST_F(Secrets, AnotherKeyThatIsWrittenMeanwhileStays)
{
    const auto way = std::make_shared<Crossroads>(secret(), Json{{"data", {{"USER", toBase64("you")}}}});
    const auto done = edited(way);
    ASSERT_TRUE(done) << done.error().describe();
    EXPECT_EQ(way->writes.size(), 2U); // the first was refused: it was made for an older version
    EXPECT_EQ(data(), with(with(before, "PASSWORD", "hush-new"), "USER", "you"));
}

TEST_F(Secrets, TheSameKeyWrittenMeanwhileIsAConflictThatNamesNoValue)
{
    const auto way = std::make_shared<Crossroads>(secret(), Json{{"data", {{"PASSWORD", toBase64("hush-theirs")}}}});
    const auto refused = edited(way);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
    const std::string text = refused.error().describe();
    EXPECT_THAT(text, testing::HasSubstr("PASSWORD"));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("hush")));
    for (const char *const value : {"hush-old", "hush-new", "hush-theirs"})
        EXPECT_THAT(text, testing::Not(testing::HasSubstr(toBase64(value))));
    EXPECT_EQ(data(), with(before, "PASSWORD", "hush-theirs"));
}

TEST_F(Secrets, AWriteThatIsLostOnItsWayChangesNothing)
{
    const auto way = std::make_shared<Crossroads>(secret(), Json(), true);
    const auto refused = edited(way);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unreachable);
    EXPECT_EQ(data(), before);
}

} // namespace
} // namespace binnacle::contract

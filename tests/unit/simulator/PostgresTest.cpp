// SPDX-License-Identifier: GPL-3.0-or-later
// The demo cluster's PostgreSQL: what a rotation of its password relies on.
#include "ClusterFixture.h"
#include "core/Scram.h"
#include "simulator/shell/Process.h"

namespace binnacle::simulator {
namespace {

using core::Json;
using std::chrono::seconds;

class DirectMachine final : public Machine
{
public:
    explicit DirectMachine(ClusterState &state) : m_state(state) {}
    void inCluster(const std::function<void(ClusterState &)> &task) override { task(m_state); }
    void sleep(std::chrono::milliseconds /*time*/) override {}

private:
    ClusterState &m_state;
};

class Postgres : public ClusterFixture
{
protected:
    Postgres()
    {
        setPassword("first");
        create("services", R"({"metadata":{"name":"pg"},"spec":{"selector":{"app":"pg"},"ports":[{"port":5432}]}})");
        create("persistentvolumeclaims", R"({"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],
            "resources":{"requests":{"storage":"1Gi"}}}})");
        createDatabase();
        createClient();
        cluster.advance(seconds(20));
    }

    void create(const std::string &collection, const std::string &object)
    {
        const auto made = send("POST", "/api/v1/namespaces/default/" + collection, object);
        EXPECT_EQ(made.status, 201) << made.body;
    }
    void setPassword(const std::string &value)
    {
        (void)apply("/api/v1/namespaces/default/secrets/db",
                    R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"data":{"PASSWORD":")" +
                        base64Encode(value) + R"("}})",
                    "test");
    }
    static std::string variables(const char *name)
    {
        return R"("env":[{"name":"PGHOST","value":"pg.default.svc.cluster.local"},{"name":")" + std::string(name) +
               R"(","valueFrom":{"secretKeyRef":{"name":"db","key":"PASSWORD"}}}])";
    }
    void createDatabase()
    {
        create("pods", R"({"metadata":{"name":"pg-0","labels":{"app":"pg"}},"spec":{"containers":[{"name":"main",
            "image":"docker.io/library/postgres:15","volumeMounts":[{"name":"d","mountPath":"/data"}],)" +
                           variables("POSTGRES_PASSWORD") +
                           R"(}],"volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]}})");
    }
    void createClient()
    {
        create("pods", R"({"metadata":{"name":"client"},"spec":{"containers":[{"name":"main","image":"web",
            "readinessProbe":{"httpGet":{"port":80},"periodSeconds":5,"failureThreshold":2},)" +
                           variables("POSTGRES_PASSWORD") + "}]}}");
    }
    void restart(const char *pod)
    {
        (void)send("DELETE", std::string("/api/v1/namespaces/default/pods/") + pod + "?gracePeriodSeconds=0");
        cluster.advance(seconds(2));
        (std::string_view(pod) == "client" ? createClient() : createDatabase());
        cluster.advance(seconds(10));
    }
    bool isReady(const char *pod)
    {
        const Json live = get(std::string("/api/v1/namespaces/default/pods/") + pod);
        for (const Json &condition : at(live, {"status", "conditions"}))
            if (textAt(condition, {"type"}) == "Ready")
                return textAt(condition, {"status"}) == "True";
        return false;
    }
    /// Exit status of psql in the database's pod, with this password over the network, or over its socket.
    int psql(const std::string &statement, const char *password = nullptr)
    {
        const auto pod = get("/api/v1/namespaces/default/pods/pg-0");
        const auto container = cluster.state().containers.find(pod, "main");
        EXPECT_TRUE(container);
        DirectMachine machine(cluster.state());
        said = std::make_shared<TextOutput>();
        std::vector<std::string> command{"psql", "-U", "postgres", "-wAtc", statement};
        Variables environment;
        if (password != nullptr) {
            command.insert(command.end(), {"-h", "pg"});
            environment["PGPASSWORD"] = password;
        }
        Process process{command, environment, {std::make_shared<TextInput>(), said, said}, machine, *container};
        return runProgram(process).value_or(-1);
    }

    std::shared_ptr<TextOutput> said;
};

TEST_F(Postgres, LetsInWithThePasswordThatItWasInitialisedWith)
{
    EXPECT_EQ(psql("select 1", "first"), 0);
    EXPECT_EQ(said->text, "1\n");
    EXPECT_EQ(psql("select 1", "wrong"), 2);
    EXPECT_NE(said->text.find("password authentication failed for user \"postgres\""), std::string::npos) << said->text;
    EXPECT_EQ(psql("select 1", ""), 2);
    EXPECT_EQ(psql("select current_user"), 0) << "the socket needs no password";
}

TEST_F(Postgres, KeepsAPasswordOnItsVolume)
{
    const auto verifier = core::scramVerifier("second", "0123456789abcdef");
    EXPECT_EQ(psql("ALTER ROLE \"postgres\" WITH PASSWORD '" + std::string(verifier.reveal()) + "';"), 0);
    EXPECT_EQ(psql("select 1", "first"), 2);
    EXPECT_EQ(psql("select 1", "second"), 0);
    restart("pg-0");
    EXPECT_EQ(psql("select 1", "first"), 2) << "POSTGRES_PASSWORD counts when the folder is empty, and then only";
    EXPECT_EQ(psql("select 1", "second"), 0);
    EXPECT_EQ(psql("alter user nobody password 'x'"), 1);
    EXPECT_EQ(said->text, "ERROR:  role \"nobody\" does not exist\n");
}

TEST_F(Postgres, WhoHasAnOldPasswordIsUnreadyUntilItIsRestarted)
{
    EXPECT_TRUE(isReady("client"));
    EXPECT_EQ(psql("alter role postgres password 'second'"), 0);
    setPassword("second");
    cluster.advance(seconds(30));
    EXPECT_FALSE(isReady("client")) << "it was told the first password when it started";
    EXPECT_TRUE(isReady("pg-0"));
    restart("client");
    EXPECT_TRUE(isReady("client"));
}

} // namespace
} // namespace binnacle::simulator

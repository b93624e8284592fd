// SPDX-License-Identifier: GPL-3.0-or-later
// Ports of pods on this computer: pods/portforward over WebSockets, and forwards that outlive the pods.
#include "ContractTest.h"
#include "core/Random.h"
#include "forward/Forwards.h"
#include "kube/PortTunnels.h"

#include <QCoreApplication>

#include <QTcpSocket>

#include <algorithm>
#include <optional>

namespace binnacle::contract {
namespace {

using forward::ForwardPhase;

class Forwards : public ContractTest
{
protected:
    Forwards() : m_forwards(theClient(), m_clock, m_random) {}

    /// nginx, which listens on port 80 and on nothing else, behind a service with other numbers.
    void serve(int replicas) const
    {
        Json object = deployment("web", replicas);
        Json &container = object["spec"]["template"]["spec"]["containers"][0];
        container["ports"] = {{{"name", "http"}, {"containerPort", 80}}};
        object["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 0;
        object["spec"]["template"]["spec"]["automountServiceAccountToken"] = false;
        (void)must(client().create(object));
        (void)must(client().create({{"apiVersion", "v1"},
                                    {"kind", "Service"},
                                    {"metadata", {{"name", "web"}, {"namespace", nameSpace().value()}}},
                                    {"spec",
                                     {{"selector", {{"app", "web"}}},
                                      {"ports",
                                       {{{"name", "web"}, {"port", 8000}, {"targetPort", "http"}},
                                        {{"name", "wrong"}, {"port", 8001}, {"targetPort", 81}}}}}}}));
    }
    [[nodiscard]] int add(const char *target, const char *port)
    {
        return m_forwards.add({*forward::targetFromText(target, nameSpace()), *forward::portMappingFromText(port)});
    }
    [[nodiscard]] forward::ForwardSnapshot snapshot(int id) const
    {
        for (const auto &each : m_forwards.snapshots())
            if (each.id == id)
                return each;
        return {};
    }
    [[nodiscard]] bool becomes(int id, ForwardPhase phase) const
    {
        const bool did = eventually([&] { return snapshot(id).phase == phase; });
        EXPECT_TRUE(did) << forward::toString(snapshot(id).phase) << ": " << snapshot(id).reason;
        return did;
    }
    /// What an HTTP server on the local port answers; empty: nothing, or the connection was closed.
    [[nodiscard]] static std::string fetch(std::uint16_t port)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        socket.write("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
        (void)eventually([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, std::chrono::seconds(40));
        return socket.readAll().toStdString();
    }
    [[nodiscard]] std::string podOf(int id) const { return snapshot(id).pod; }

    core::SystemClock m_clock;
    core::SystemRandom m_random;
    forward::Forwards m_forwards;
};

TEST_F(Forwards, LeadToWhatIsBehindTheTarget)
{
    serve(1);
    const int deployment = add("deploy/web", ":80");
    const int byName = add("deploy/web", ":http");
    const int service = add("svc/web", ":8000");
    for (const int id : {deployment, byName, service}) {
        ASSERT_TRUE(becomes(id, ForwardPhase::Active));
        EXPECT_EQ(snapshot(id).podPort, 80);
        EXPECT_THAT(fetch(snapshot(id).localPort), testing::StartsWith("HTTP/1.1 200"));
        EXPECT_GT(snapshot(id).received, 0);
        EXPECT_GT(snapshot(id).sent, 0);
    }
    const int pod = add(("pod/" + podOf(deployment)).c_str(), ":80");
    ASSERT_TRUE(becomes(pod, ForwardPhase::Active));
    EXPECT_THAT(fetch(snapshot(pod).localPort), testing::StartsWith("HTTP/1.1 200"));
}

TEST_F(Forwards, SayWhatDoesNotWork)
{
    serve(1);
    const int wrong = add("svc/web", ":8001");
    ASSERT_TRUE(becomes(wrong, ForwardPhase::Reconnecting));
    EXPECT_THAT(snapshot(wrong).reason, testing::HasSubstr("nothing listens on port 81"));
    const int absent = add("svc/absent", ":80");
    ASSERT_TRUE(eventually([&] { return snapshot(absent).reason.find("not there") != std::string::npos; }));
    EXPECT_EQ(snapshot(absent).phase, ForwardPhase::Starting);
    const int noPort = add("svc/web", ":1");
    ASSERT_TRUE(becomes(noPort, ForwardPhase::Failed));
    EXPECT_THAT(snapshot(noPort).next, testing::HasSubstr("8000 (web)"));
    // The local port of another forward.
    const auto taken = std::to_string(snapshot(wrong).localPort) + ":8000";
    const int second = add("svc/web", taken.c_str());
    ASSERT_TRUE(becomes(second, ForwardPhase::Failed));
    EXPECT_THAT(snapshot(second).reason, testing::HasSubstr("cannot be used"));
}

TEST_F(Forwards, OutliveThePodBehindThem)
{
    serve(1);
    const int id = add("svc/web", ":8000");
    ASSERT_TRUE(becomes(id, ForwardPhase::Active));
    const auto port = snapshot(id).localPort;
    const auto first = podOf(id);
    EXPECT_THAT(fetch(port), testing::StartsWith("HTTP/1.1 200"));
    (void)must(client().remove({{"", "Pod"}, nameSpace(), first}));
    // Connections that come meanwhile are held, or closed when nothing turns up; then the same port answers again.
    EXPECT_TRUE(eventually([&] { return podOf(id) != first && fetch(port).rfind("HTTP/1.1 200", 0) == 0; }));
    EXPECT_EQ(snapshot(id).localPort, port);
    EXPECT_EQ(snapshot(id).phase, ForwardPhase::Active);
}

TEST_F(Forwards, CarryManyConnectionsAtOnce)
{
    serve(2);
    const int id = add("deploy/web", ":80");
    ASSERT_TRUE(becomes(id, ForwardPhase::Active));
    constexpr int many = 50;
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    for (int each = 0; each < many; ++each) {
        sockets.push_back(std::make_unique<QTcpSocket>());
        sockets.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), snapshot(id).localPort);
        sockets.back()->write("GET / HTTP/1.1\r\nHost: web\r\n\r\n");
    }
    const auto answered = [](const auto &socket) { return socket->peek(12) == "HTTP/1.1 200"; };
    EXPECT_TRUE(eventually([&] { return std::all_of(sockets.begin(), sockets.end(), answered); }));
    EXPECT_EQ(snapshot(id).connections, many);
    sockets.clear();
    EXPECT_TRUE(eventually([&] { return snapshot(id).connections == 0; }));
    m_forwards.stop(id);
    EXPECT_EQ(snapshot(id).localPort, 0);
}

/// What came out of one tunnel.
struct TunnelEnd
{
    std::string answer;
    std::optional<core::Error> error; ///< of no kind: it ended in order
};

/// Asks a web server, and keeps what it says.
class Asking final : public kube::PortTunnelListener
{
public:
    explicit Asking(std::shared_ptr<TunnelEnd> end) : m_end(std::move(end)) {}
    void opened(const std::shared_ptr<kube::PortTunnel> &tunnel) override
    {
        tunnel->send(std::string(kube::PortTunnel::headroom, '\0') +
                     "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
    }
    void received(std::string_view bytes) override { m_answer.append(bytes); }
    void drained() override {}
    void closed(core::Result<void> result) override
    {
        QMetaObject::invokeMethod(
            qApp,
            [kept = m_end, result, answer = m_answer] {
                kept->answer = answer;
                kept->error = result ? core::Error{} : result.error();
            },
            Qt::QueuedConnection);
    }

private:
    std::shared_ptr<TunnelEnd> m_end;
    std::string m_answer;
};

/// The tunnels themselves, by WebSocket and by SPDY: the same answers, the same refusals.
TEST_F(Forwards, AreTheSameOverWebSocketsAndSpdy)
{
    serve(1);
    const int id = add("svc/web", ":8000");
    ASSERT_TRUE(becomes(id, ForwardPhase::Active));
    kube::PortTunnels shared(client().transport());
    const auto openShared = [&](const kube::PortTunnelRequest &request, const std::shared_ptr<TunnelEnd> &end) {
        EXPECT_TRUE(shared.open(request, std::make_shared<Asking>(end), {}));
    };
    const auto openOwn = [&](const kube::PortTunnelRequest &request, const std::shared_ptr<TunnelEnd> &end) {
        kube::openPortTunnel(client().transport(), request, std::make_shared<Asking>(end));
    };
    using Open = std::function<void(const kube::PortTunnelRequest &, const std::shared_ptr<TunnelEnd> &)>;
    for (const Open &open : {Open(openOwn), Open(openShared)}) {
        const auto ended = [&](const std::string &pod, std::uint16_t port) {
            const auto end = std::make_shared<TunnelEnd>();
            open({nameSpace(), pod, port}, end);
            EXPECT_TRUE(eventually([&] { return end->error.has_value(); }));
            return *end;
        };
        const auto answered = ended(podOf(id), 80);
        EXPECT_THAT(answered.answer, testing::StartsWith("HTTP/1.1 200"));
        EXPECT_EQ(answered.error->message, "");
        EXPECT_THAT(ended(podOf(id), 81).error->describe(), testing::HasSubstr("nothing listens on port 81"));
        EXPECT_EQ(ended("absent", 80).error->kind, ErrorKind::NotFound);
    }
}

} // namespace
} // namespace binnacle::contract

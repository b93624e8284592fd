// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Simulator.h"

#include "simulator/Cluster.h"
#include "simulator/HttpServer.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <future>
#include <thread>

namespace binnacle::simulator {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds heartbeat{50};
constexpr std::chrono::seconds lifeEvery{20};
constexpr std::size_t stepsPerTurn = 500;

} // namespace

/// The cluster lives in one thread; other threads post to it.
class Simulator::Implementation
{
public:
    explicit Implementation(SimulatorOptions options)
        : m_options(std::move(options)),
          m_cluster(m_options.clock, m_options.seed),
          m_server(m_context, [this](const HttpRequest &request) { return m_cluster.handle(request); }),
          m_timer(m_context)
    {
    }

    ~Implementation() { stop(); }

    core::Result<void> start()
    {
        if (auto loaded = m_cluster.load(m_options.scenario, m_options.pods, m_options.manifests); !loaded)
            return loaded;
        if (auto listening = m_server.listen(m_options.address, m_options.port); !listening)
            return listening;
        beat();
        m_thread = std::thread([this] { m_context.run(); });
        return {};
    }

    void stop()
    {
        if (!m_thread.joinable())
            return;
        asio::post(m_context, [this] {
            m_cluster.api().closeStreams();
            m_server.close();
            m_timer.cancel();
            m_context.stop();
        });
        m_thread.join();
    }

    void inThread(const std::function<void()> &task)
    {
        if (!m_thread.joinable()) {
            task();
            return;
        }
        std::promise<void> done;
        asio::post(m_context, [&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

    [[nodiscard]] std::string url() const
    {
        const bool sixth = m_options.address.find(':') != std::string::npos;
        return "http://" + (sixth ? "[" + m_options.address + "]" : m_options.address) + ":" +
               std::to_string(m_server.port());
    }

    [[nodiscard]] Cluster &cluster() { return m_cluster; }

private:
    void beat()
    {
        const bool more = m_cluster.run(stepsPerTurn);
        const auto now = std::chrono::steady_clock::now();
        if (m_options.living && now - m_lastLife > lifeEvery) {
            m_lastLife = now;
            m_cluster.liveALittle();
        }
        m_timer.expires_after(more ? std::chrono::milliseconds(0) : heartbeat);
        m_timer.async_wait([this](const boost::system::error_code &error) {
            if (!error)
                beat();
        });
    }

    SimulatorOptions m_options;
    asio::io_context m_context{1};
    Cluster m_cluster;
    HttpServer m_server;
    asio::steady_timer m_timer;
    std::chrono::steady_clock::time_point m_lastLife = std::chrono::steady_clock::now();
    std::thread m_thread;
};

Simulator::Simulator(SimulatorOptions options) : m_implementation(std::make_unique<Implementation>(std::move(options)))
{
}

Simulator::~Simulator() = default;

std::vector<std::string> Simulator::scenarios()
{
    return scenarioNames();
}

core::Result<void> Simulator::start()
{
    return m_implementation->start();
}

void Simulator::stop()
{
    m_implementation->stop();
}

std::string Simulator::url() const
{
    return m_implementation->url();
}

std::string Simulator::kubeconfig() const
{
    return "apiVersion: v1\nkind: Config\ncurrent-context: binnacle-demo\nclusters:\n- name: binnacle-demo\n  "
           "cluster:\n"
           "    server: " +
           url() +
           "\ncontexts:\n- name: binnacle-demo\n  context:\n    cluster: binnacle-demo\n    user: demo\nusers:\n"
           "- name: demo\n  user:\n    token: demo\n";
}

void Simulator::advance(std::chrono::milliseconds by)
{
    m_implementation->inThread([&] { m_implementation->cluster().advance(by); });
}

void Simulator::compact()
{
    m_implementation->inThread([&] {
        Storage &storage = m_implementation->cluster().state().storage;
        storage.compact(storage.version());
    });
}

} // namespace binnacle::simulator

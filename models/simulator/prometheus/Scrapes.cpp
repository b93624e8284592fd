// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/Scrapes.h"

#include "simulator/Controller.h"
#include "simulator/PodHistory.h"
#include "simulator/Text.h"
#include "simulator/Usage.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace binnacle::simulator::prometheus {

namespace {

using core::Json;
using Value = std::function<double(std::int64_t)>;

double seconds(std::int64_t milliseconds)
{
    return static_cast<double>(milliseconds) / 1000;
}

std::int64_t phaseOf(const std::string &instance)
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : instance)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(scrapeInterval));
}

/// What one target says, from its first scrape to its last.
class Target
{
public:
    Target(std::vector<ScrapedSeries> &series, Labels labels, std::int64_t first, std::int64_t last)
        : m_series(series),
          m_labels(std::move(labels)),
          m_first(first),
          m_last(last),
          m_phase(phaseOf(m_labels["instance"]))
    {
    }

    void add(const char *name, Labels more, Value value) const
    {
        more.insert(m_labels.begin(), m_labels.end());
        more["__name__"] = name;
        const bool grows =
            endsWith(name, "_total") || endsWith(name, "_bucket") || endsWith(name, "_count") || endsWith(name, "_sum");
        m_series.push_back({std::move(more), m_first, m_last, m_phase, std::move(value), grows});
    }

private:
    std::vector<ScrapedSeries> &m_series;
    Labels m_labels;
    std::int64_t m_first;
    std::int64_t m_last;
    std::int64_t m_phase;
};

Value constant(double number)
{
    return [number](std::int64_t) { return number; };
}

/// prometheus_client's own boundaries, and how many of the quick and of the slow answers are below each.
struct Boundary
{
    const char *text;
    double quick;
    double slow;
};
constexpr std::array<Boundary, 15> boundaries = {{{"0.005", 0.30, 0},
                                                  {"0.01", 0.62, 0},
                                                  {"0.025", 0.88, 0},
                                                  {"0.05", 0.96, 0.02},
                                                  {"0.075", 0.985, 0.08},
                                                  {"0.1", 1, 0.2},
                                                  {"0.25", 1, 0.72},
                                                  {"0.5", 1, 0.93},
                                                  {"0.75", 1, 0.97},
                                                  {"1.0", 1, 0.985},
                                                  {"2.5", 1, 1},
                                                  {"5.0", 1, 1},
                                                  {"7.5", 1, 1},
                                                  {"10.0", 1, 1},
                                                  {"+Inf", 1, 1}}};

/// So many requests a second, and of them so many slow ones.
struct Traffic
{
    const char *path;
    const char *method;
    const char *status;
    double rate;
    double slow;
};
constexpr std::array<Traffic, 6> traffic = {{{"/api/users", "GET", "200", 4.0, 0.06},
                                             {"/api/users", "POST", "201", 0.6, 0.15},
                                             {"/api/users", "GET", "500", 0.02, 0.9},
                                             {"/health/ready", "GET", "200", 0.2, 0.01},
                                             {"/health/live", "GET", "200", 0.1, 0},
                                             {"/metrics", "GET", "200", 0.0667, 0}}};

/// How many requests of each kind there were, quick and slow. Kept by time: every boundary of a histogram asks for
/// them.
class Counts
{
public:
    struct Pair
    {
        double quick = 0;
        double slow = 0;
    };

    Counts(std::string pod, std::int64_t since) : m_pod(std::move(pod)), m_since(since) {}

    const std::array<Pair, traffic.size()> &at(std::int64_t time)
    {
        const auto [known, added] = m_known.try_emplace(time);
        for (std::size_t i = 0; added && i < traffic.size(); ++i) {
            const Traffic &kind = traffic[i];
            const std::string name = m_pod + kind.path + kind.method + kind.status;
            known->second[i] = {kind.rate * (1 - kind.slow) * grown(name, time),
                                kind.rate * kind.slow * grown(name + "slow", time)};
        }
        return known->second;
    }

private:
    [[nodiscard]] double grown(const std::string &name, std::int64_t time) const
    {
        const double from = seconds(m_since);
        const double to = seconds(time);
        return 0.4 * (to - from) + 1.2 * swingBetween(name, from, to);
    }

    std::string m_pod;
    std::int64_t m_since;
    std::map<std::int64_t, std::array<Pair, traffic.size()>> m_known;
};

void addHttp(const Target &target, const std::string &pod, std::int64_t since)
{
    const auto counts = std::make_shared<Counts>(pod, since);
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        const Traffic &kind = traffic[i];
        target.add("http_requests_total", {{"path", kind.path}, {"method", kind.method}, {"status", kind.status}},
                   [counts, i](std::int64_t time) {
                       const auto &[quick, slow] = counts->at(time)[i];
                       return std::floor(quick + slow);
                   });
    }
    for (const char *const path : {"/api/users", "/health/ready", "/health/live", "/metrics"}) {
        std::vector<std::size_t> kinds;
        for (std::size_t i = 0; i < traffic.size(); ++i)
            if (std::string_view(traffic[i].path) == path)
                kinds.push_back(i);
        const auto count = [counts, kinds](const Boundary &boundary, std::int64_t time) {
            const auto &all = counts->at(time);
            double sum = 0;
            for (const std::size_t i : kinds)
                sum += boundary.quick * all[i].quick + boundary.slow * all[i].slow;
            return std::floor(sum);
        };
        for (const Boundary &boundary : boundaries)
            target.add("http_request_duration_seconds_bucket", {{"path", path}, {"le", boundary.text}},
                       [count, boundary](std::int64_t time) { return count(boundary, time); });
        target.add("http_request_duration_seconds_count", {{"path", path}},
                   [count](std::int64_t time) { return count(boundaries.back(), time); });
        target.add("http_request_duration_seconds_sum", {{"path", path}},
                   [count](std::int64_t time) { return 0.028 * count(boundaries.back(), time); });
    }
    target.add("active_sessions", {},
               [pod](std::int64_t time) { return std::floor(40 * swing(pod + "sessions", seconds(time))); });
}

void addProcess(const Target &target, const ContainerUsage &usage, const ContainerRun &run)
{
    target.add("process_cpu_seconds_total", {}, [usage, since = run.since](std::int64_t time) {
        return usage.coreSeconds(seconds(since), seconds(time));
    });
    target.add("process_resident_memory_bytes", {},
               [usage](std::int64_t time) { return std::floor(0.9 * usage.memoryBytes(seconds(time))); });
    target.add("process_start_time_seconds", {}, constant(seconds(run.started)));
}

/// What cAdvisor says of a container, or of a pod as a whole (`container` is null).
void addContainer(const Target &target, const ContainerUsage &usage, const ContainerRun &run, const Labels &labels)
{
    const std::int64_t since = run.since;
    Labels total = labels;
    total["cpu"] = "total";
    target.add("container_cpu_usage_seconds_total", std::move(total),
               [usage, since](std::int64_t time) { return usage.coreSeconds(seconds(since), seconds(time)); });
    for (const char *const name : {"container_memory_working_set_bytes", "container_memory_rss"})
        target.add(name, labels,
                   [usage](std::int64_t time) { return 4096 * std::floor(usage.memoryBytes(seconds(time)) / 4096); });
    target.add("container_spec_memory_limit_bytes", labels, constant(usage.limitBytes()));
    target.add("container_spec_cpu_shares", labels, constant(std::floor(usage.requestedCores() * 1024)));
    target.add("container_spec_cpu_period", labels, constant(100'000));
    if (usage.limitCores() > 0)
        target.add("container_spec_cpu_quota", labels, constant(usage.limitCores() * 100'000));
    target.add("container_cpu_cfs_periods_total", labels,
               [since](std::int64_t time) { return std::floor(10 * seconds(time - since)); });
    target.add("container_cpu_cfs_throttled_periods_total", labels, [usage, since](std::int64_t time) {
        return std::floor(usage.coreSeconds(seconds(since), seconds(time)));
    });
    target.add("container_start_time_seconds", labels, constant(std::floor(seconds(run.started))));
}

void addTraffic(const Target &target, const std::string &pod, const ContainerRun &run, const Labels &labels)
{
    const struct
    {
        const char *name;
        const char *direction;
        double perSecond;
    } counters[] = {{"container_network_receive_bytes_total", "in", 18'000},
                    {"container_network_transmit_bytes_total", "out", 42'000},
                    {"container_network_receive_packets_total", "in", 40},
                    {"container_network_transmit_packets_total", "out", 38}};
    Labels interface = labels;
    interface["interface"] = "eth0";
    for (const auto &each : counters)
        target.add(each.name, interface,
                   [name = pod + each.direction, rate = each.perSecond, since = run.since](std::int64_t time) {
                       return std::floor(rate * swingBetween(name, seconds(since), seconds(time)));
                   });
    for (const char *const name : {"container_network_receive_errors_total", "container_network_transmit_errors_total"})
        target.add(name, interface, constant(0));
}

void addCadvisor(std::vector<ScrapedSeries> &series, const Json &pod, const ContainerRun &run, const Json &container,
                 bool first)
{
    const ObjectName name = nameOf(pod);
    const std::string node = textAt(pod, {"spec", "nodeName"});
    const std::string uid = textAt(pod, {"metadata", "uid"});
    const Target target(series,
                        {{"instance", node}, {"job", "containers"}, {"namespace", name.nameSpace}, {"pod", name.name}},
                        run.since, run.until);
    const ContainerUsage usage(name.name, container);
    const std::string id = sha1Hex(uid + run.container + std::to_string(run.started));
    addContainer(target, usage, run,
                 {{"container", run.container},
                  {"id", "/kubepods/burstable/pod" + uid + "/" + id},
                  {"image", textAt(container, {"image"})},
                  {"name", id}});
    if (!first)
        return;
    addContainer(target, usage, run, {{"id", "/kubepods/burstable/pod" + uid}});
    const std::string pause = sha1Hex(uid + "pause");
    addTraffic(target, name.name, run,
               {{"id", "/kubepods/burstable/pod" + uid + "/" + pause},
                {"image", "registry.k8s.io/pause:3.9"},
                {"name", pause}});
}

/// The name of an image without registry, folder and tag.
std::string shortImage(const Json &container)
{
    const std::string image = textAt(container, {"image"});
    const std::string last = image.substr(image.rfind('/') + 1);
    return last.substr(0, last.find_first_of(":@"));
}

/// The job that the reference stack's configuration scrapes this container in; empty: none.
std::string jobOf(const Json &pod, const Json &container)
{
    const std::string label = textAt(pod, {"metadata", "labels", "app"});
    const bool http = std::any_of(at(container, {"ports"}).begin(), at(container, {"ports"}).end(),
                                  [](const Json &port) { return port.value("name", "") == "http"; });
    if (!http)
        return {};
    if (label == "backend" || label == "frontend")
        return label;
    return shortImage(container) == "prometheus" ? "prometheus" : "";
}

void addJob(std::vector<ScrapedSeries> &series, const PodLife &life, const Json &container, const std::string &job)
{
    const Json &pod = life.pod->object();
    const ObjectName name = nameOf(pod);
    Labels labels = {{"job", job}};
    if (job == "prometheus") {
        labels["instance"] = "localhost:9090";
    } else {
        labels["instance"] = textAt(pod, {"status", "podIP"}) + ":" +
                             std::to_string(at(container, {"ports"})[0].value("containerPort", 0));
        labels["namespace"] = name.nameSpace;
        labels["pod"] = name.name;
    }
    std::int64_t last = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> up;
    for (const ContainerRun &run : life.runs) {
        if (run.container != textAt(container, {"name"}))
            continue;
        up.emplace_back(run.since, run.until);
        last = std::max(last, run.until);
        const Target target(series, labels, run.since, run.until);
        if (job != "frontend")
            addProcess(target, ContainerUsage(name.name, container), run);
        if (job == "backend")
            addHttp(target, name.name, run.since);
        else if (job == "frontend")
            target.add("nginx_up", {}, constant(1));
        else
            target.add("prometheus_build_info", {{"version", "2.53.0"}}, constant(1));
    }
    if (up.empty())
        return;
    // A pod that waits to be started again is still a target.
    const bool there = !life.gone && !isPodFinished(pod) && !isBeingDeleted(pod);
    const Target target(series, labels, up.front().first,
                        there ? ContainerRun::stillRuns : std::max(last, life.deleted));
    target.add("up", {}, [up](std::int64_t time) {
        return std::any_of(up.begin(), up.end(),
                           [time](const auto &run) { return run.first <= time && time < run.second; })
                   ? 1
                   : 0;
    });
    target.add("scrape_duration_seconds", {},
               [name](std::int64_t time) { return 0.002 + 0.004 * swing(name.name + "scrape", seconds(time)); });
}

} // namespace

std::vector<ScrapedSeries> scrapedSeries(const ClusterState &state)
{
    // As the configuration's metric_relabel_configs keep.
    static constexpr std::array<std::string_view, 3> kept = {"app-backend", "app-frontend", "shared"};
    std::vector<ScrapedSeries> series;
    std::map<std::string, std::int64_t> nodes;
    for (const auto &[uid, life] : podLives(state)) {
        const Json &pod = life.pod->object();
        if (std::find(kept.begin(), kept.end(), nameOf(pod).nameSpace) == kept.end())
            continue;
        bool first = true;
        for (const Json &container : at(pod, {"spec", "containers"})) {
            for (const ContainerRun &run : life.runs) {
                if (run.container != textAt(container, {"name"}))
                    continue;
                addCadvisor(series, pod, run, container, first);
                auto &since = nodes.emplace(textAt(pod, {"spec", "nodeName"}), run.since).first->second;
                since = std::min(since, run.since);
            }
            first = false;
            if (const std::string job = jobOf(pod, container); !job.empty())
                addJob(series, life, container, job);
        }
    }
    for (const auto &[node, since] : nodes)
        Target(series, {{"instance", node}, {"job", "containers"}}, since, ContainerRun::stillRuns)
            .add("up", {}, constant(1));
    return series;
}

} // namespace binnacle::simulator::prometheus

// SPDX-License-Identifier: GPL-3.0-or-later
// Lists in JSON: what servers send that have no protobuf, and what custom resources always are. The records that the
// list decoder makes, beside the same made from a tree of the general parser, as one line of JSON.
#include "kube/RecordDecoder.h"
#include "kube/RecordListDecoder.h"

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <cstdlib>
#include <iostream>

namespace {

using namespace binnacle;

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}

/// About what a pod of a deployment weighs, half of it managedFields.
core::Json object(bool pod, int number)
{
    const auto name = "backend-7d9c4b5f6-" + std::to_string(number);
    core::Json fields = core::Json::object();
    for (int i = 0; i < 40; ++i)
        fields["f:field-" + std::to_string(i)] = {{".", core::Json::object()}, {"f:value", core::Json::object()}};
    core::Json made = {{"metadata",
                        {{"name", name},
                         {"namespace", "app-backend"},
                         {"uid", "0a1b2c3d-0000-4000-8000-" + std::to_string(100000000000 + number)},
                         {"resourceVersion", std::to_string(5000 + number)},
                         {"creationTimestamp", "2026-01-31T12:00:00Z"},
                         {"labels", {{"app", "backend"}, {"pod-template-hash", "7d9c4b5f6"}}},
                         {"managedFields", {{{"manager", "kubelet"}, {"fieldsV1", fields}}}}}}};
    core::Json condition = {{"type", "Ready"}, {"status", "True"}, {"lastTransitionTime", "2026-01-31T12:01:00Z"}};
    if (!pod) {
        made["spec"] = {
            {"size", 3}, {"storage", "10Gi"}, {"tags", {"a", "b", "c"}}, {"nested", {{"deep", {{"x", 1}}}}}};
        made["status"] = {{"conditions", core::Json::array({condition})}};
        return made;
    }
    const core::Json resources = {{"requests", {{"cpu", "250m"}, {"memory", "256Mi"}}}};
    core::Json container = {{"name", "backend"}, {"image", "registry.example/backend:1.2.3"}, {"resources", resources}};
    for (int i = 0; i < 12; ++i)
        container["env"].push_back({{"name", "VARIABLE_" + std::to_string(i)}, {"value", "some value of some length"}});
    const core::Json running = {
        {"name", "backend"}, {"ready", true},      {"started", true},
        {"restartCount", 0}, {"image", "backend"}, {"state", {{"running", {{"startedAt", "2026-01-31T12:00:30Z"}}}}}};
    made["spec"] = {
        {"nodeName", "node-1"}, {"restartPolicy", "Always"}, {"containers", core::Json::array({container})}};
    made["status"] = {{"phase", "Running"},
                      {"podIP", "10.0.0.7"},
                      {"conditions", core::Json::array({condition, condition, condition, condition})},
                      {"containerStatuses", core::Json::array({running})}};
    return made;
}

template <typename Make>
double cpuOf(std::vector<kube::RecordPointer> &records, Make make)
{
    const auto before = cpuSeconds();
    make(records);
    return cpuSeconds() - before;
}

} // namespace

int main(int argc, char **argv)
{
    constexpr std::size_t piece = 64 * 1024;
    const int count = argc > 1 ? std::atoi(argv[1]) : 20000;
    core::Json report = {{"objects", count}};
    for (const bool pods : {true, false}) {
        const core::GroupVersionKind gvk =
            pods ? core::GroupVersionKind{"", "v1", "Pod"} : core::GroupVersionKind{"acme.example", "v1", "Widget"};
        std::vector<std::string> items;
        std::string body = R"({"kind":"List","metadata":{"resourceVersion":"1"},"items":[)";
        for (int i = 0; i < count; ++i) {
            items.push_back(object(pods, i).dump());
            body += (i == 0 ? "" : ",") + items.back();
        }
        body += "]}";
        core::StringPool pool;
        std::vector<kube::RecordPointer> decoded;
        const auto cpu = cpuOf(decoded, [&](auto &records) {
            const auto decoder = kube::makeListDecoder(kube::BodyFormat::Json, gvk, pool);
            for (std::size_t at = 0; at < body.size(); at += piece)
                if (!decoder->feed(std::string_view(body).substr(at, piece), records))
                    std::exit(1);
            if (!decoder->finish())
                std::exit(1);
        });
        std::vector<kube::RecordPointer> fromTree;
        const auto treeCpu = cpuOf(fromTree, [&](auto &records) {
            for (const auto &item : items)
                records.push_back(kube::recordFromJson(core::Json::parse(item), pool, gvk));
        });
        report[pods ? "pods" : "custom"] = {{"mib", static_cast<double>(body.size()) / (1 << 20)},
                                            {"records", decoded.size()},
                                            {"cpu_s", cpu},
                                            {"tree_cpu_s", treeCpu}};
    }
    std::cout << report.dump() << "\n";
}

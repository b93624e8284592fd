// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of one workload where another one fails, and where the server takes any of several defaults.
#include "stack/ClusterFacts.h"
#include "stack/YamlReader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::stack {
namespace {

std::vector<core::Json> objectsOf(const std::string &yaml)
{
    const auto objects = readManifests(yaml, "test.yaml");
    EXPECT_TRUE(objects);
    return objects.value_or(std::vector<core::Json>{});
}

std::string made(const std::string &kind, const std::string &name, int count, const std::string &resources,
                 const std::string &podSpec = {})
{
    const bool isJob = kind == "Job";
    return "---\napiVersion: " + std::string(isJob ? "batch/v1" : "apps/v1") + "\nkind: " + kind +
           "\nmetadata: {name: " + name + ", namespace: a}\nspec: {" + (isJob ? "parallelism: " : "replicas: ") +
           std::to_string(count) + ", strategy: {type: Recreate}, template: {metadata: {labels: {app: " + name +
           "}}, spec: {containers: [{name: c, resources: {" + resources + "}}]" +
           (podSpec.empty() ? "" : ", " + podSpec) + "}}}\n";
}

std::string run(const std::string &name, int count, const std::string &resources, const std::string &podSpec = {})
{
    return made("Deployment", name, count, resources, podSpec);
}

std::string policy(const char *kind, const std::string &name, const std::string &spec)
{
    return std::string("---\napiVersion: v1\nkind: ") + kind + "\nmetadata: {name: " + name +
           ", namespace: a}\nspec: {" + spec + "}\n";
}

/// "ga fits 0" of what is certain, "gb warned" of the rest: each in the order in which it is told.
std::vector<std::string> verdicts(const std::string &stack)
{
    ClusterFacts facts;
    facts.minorVersion = 30;
    facts.nodes = objectsOf("apiVersion: v1\nkind: Node\nmetadata: {name: one, labels: {zone: x}}\n"
                            "status: {allocatable: {cpu: \"2\", memory: 4Gi, pods: \"10\"}}\n");
    facts.nodePods.emplace();
    std::vector<std::string> said;
    for (const Finding &finding : checkFeasibility(objectsOf(stack), facts)) {
        const bool isError = finding.severity == Finding::Severity::Error;
        const std::string fits = finding.fits ? " fits " + std::to_string(*finding.fits) : "";
        said.push_back(finding.object.name + (finding.certain ? fits : isError ? " fails" : " warned"));
    }
    return said;
}

TEST(NeighboursFit, whatIsSaidOfEach)
{
    struct Row
    {
        const char *name;
        std::string stack;
        std::vector<std::string> said;
    };
    const std::string beside =
        "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
        "zone, labelSelector: {matchLabels: {app: ga}}}]}}";
    const std::string nowhere = "nodeSelector: {disk: none}", device = "limits: {example.com/none: 1}";
    const std::string pods = policy("ResourceQuota", "q", "hard: {pods: 1}");
    const std::string below = policy("LimitRange", "l", "limits: [{type: Container, max: {cpu: 100m}}]");
    const std::string small = "limits: {cpu: 50m}", large = "requests: {cpu: 50m}, limits: {cpu: 200m}";
    const auto defaults = [](const std::string &name, const std::string &limit) {
        return policy("LimitRange", name, "limits: [{type: Container, " + limit + "}]");
    };
    const std::string high = defaults("a", "default: {cpu: 200m}, defaultRequest: {cpu: 10m}");
    const std::vector<Row> rows = {
        {"two that no node takes", run("ga", 1, device) + run("gb", 1, "", nowhere), {"ga fits 0", "gb fits 0"}},
        {"and one that has room",
         run("ga", 1, device) + run("gb", 1, "", nowhere) + run("gc", 3, "requests: {cpu: 100m}"),
         {"ga fits 0", "gb fits 0"}},
        {"two, and a third beside one of them",
         run("gc", 1, "", beside) + run("ga", 1, device) + run("gb", 1, "", nowhere),
         {"ga fits 0", "gb fits 0", "gc fails"}},
        {"too many of one, none of the other",
         run("ga", 3, "requests: {cpu: 1}") + run("gb", 1, "", nowhere),
         {"gb fits 0", "ga fits 2"}},
        {"a job, too", run("ga", 1, device) + made("Job", "gb", 2, "", nowhere), {"ga fits 0", "gb fits 0"}},
        {"each has room, but not both",
         run("ga", 1, "requests: {cpu: 1500m}") + run("gb", 1, "requests: {cpu: 1}"),
         {"gb fits 0"}},
        {"who is refused takes no quota",
         pods + below + run("aa", 2, small) + run("bb", 1, large),
         {"bb fits 0", "aa fits 1"}},
        {"and leaves all of it", pods + below + run("aa", 1, small) + run("bb", 1, large), {"bb fits 0"}},
        {"who states too little takes none, either",
         policy("ResourceQuota", "q", "hard: {pods: 1, limits.memory: 1Gi}") + run("aa", 1, "limits: {memory: 1Gi}") +
             run("bb", 3, ""),
         {"bb fits 0"}},
        {"who is too large takes none, either",
         policy("ResourceQuota", "q", "hard: {pods: 1, requests.cpu: 100m}") + run("aa", 2, "requests: {cpu: 60m}") +
             run("bb", 1, "requests: {cpu: 200m}"),
         {"bb fits 0", "aa fits 1", "aa fits 1"}},
        {"who is refused needs no node",
         below + run("aa", 2, "requests: {cpu: 50m, memory: 2Gi}, limits: {cpu: 50m}") +
             run("bb", 1, "requests: {cpu: 50m, memory: 3Gi}, limits: {cpu: 200m}"),
         {"bb fits 0"}},
        {"one default is above the maximum, the other is not",
         high + defaults("b", "default: {cpu: 50m}, max: {cpu: 100m}") + run("aa", 1, ""),
         {"aa warned"}},
        {"the other way round",
         defaults("b", "default: {cpu: 50m}, max: {cpu: 100m}") + high + run("aa", 1, ""),
         {"aa warned"}},
        {"both are above it",
         high + defaults("b", "default: {cpu: 300m}") + defaults("c", "max: {cpu: 100m}, default: {cpu: 150m}") +
             run("aa", 1, ""),
         {"aa fits 0"}},
        {"it is stated, and no default counts",
         high + defaults("b", "default: {cpu: 50m}, max: {cpu: 100m}") + run("aa", 1, large),
         {"aa fits 0"}},
        {"what is stated is not chosen",
         high + defaults("b", "default: {cpu: 200m}") + below + run("aa", 1, small),
         {}},
        {"a quota that has room for one of the defaults",
         high + defaults("b", "default: {cpu: 50m}") + policy("ResourceQuota", "q", "hard: {limits.cpu: 300m}") +
             run("aa", 4, "requests: {cpu: 1m}"),
         {"aa warned"}},
    };
    for (const Row &row : rows)
        EXPECT_EQ(verdicts(row.stack), row.said) << row.name;
}

TEST(NeighboursFit, aDefaultThatMayBeTakenDoesNotMakeItNothing)
{
    const kube::ObjectKey key{{"apps", "Deployment"}, core::Namespace("a"), "aa"};
    const auto limits = [](const char *name, const char *limit) {
        return policy("LimitRange", name, std::string("limits: [{type: Container, ") + limit + "}]");
    };
    const std::string stack =
        run("aa", 1, "") + limits("a", "default: {cpu: 200m}") + limits("b", "default: {cpu: 50m}, max: {cpu: 100m}");
    EXPECT_EQ(fittingReplicas(objectsOf(stack), {}, key), std::nullopt);
    EXPECT_EQ(fittingReplicas(objectsOf(stack + policy("ResourceQuota", "q", "hard: {pods: 3}")), {}, key), 3);
}

} // namespace
} // namespace binnacle::stack

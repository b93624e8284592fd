// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/LimitRangeRules.h"
#include "support/YamlObject.h"

#include <gtest/gtest.h>

namespace binnacle::stack {
namespace {

struct Row
{
    const char *limits;
    std::vector<LimitProblem> problems;
};

// What a 1.20 server and later ones answer to the same limit ranges; see ValidateLimitRange.
TEST(LimitRangeRules, FindContradictions)
{
    const Row rows[] = {
        {"[]", {}},
        {"[{type: Container, min: {cpu: 100m}, defaultRequest: {cpu: 200m}, default: {cpu: '1'}, max: {cpu: '2'}}]",
         {}},
        {"[{type: Container, min: {cpu: '1'}, defaultRequest: {cpu: '1'}, default: {cpu: '1'}, max: {cpu: '1'}}]", {}},
        {"[{type: Container, min: {cpu: '3'}, max: {cpu: '2'}}]",
         {{"Container", "min", "cpu", "min 3 is greater than max 2"}}},
        {"[{type: Container, min: {cpu: '1'}, defaultRequest: {cpu: 500m}}]",
         {{"Container", "defaultRequest", "cpu", "min 1 is greater than defaultRequest 500m"}}},
        {"[{type: Container, defaultRequest: {memory: 2Gi}, default: {memory: 1Gi}}]",
         {{"Container", "defaultRequest", "memory", "defaultRequest 2Gi is greater than default 1Gi"}}},
        {"[{type: Container, default: {memory: 2G}, max: {memory: 1Gi}}]",
         {{"Container", "default", "memory", "default 2G is greater than max 1Gi"}}},
        {"[{type: Pod, min: {memory: 2Gi}, max: {memory: 1Gi}}]",
         {{"Pod", "min", "memory", "min 2Gi is greater than max 1Gi"}}},
        {"[{type: Container, maxLimitRequestRatio: {cpu: '0.5'}}]",
         {{"Container", "maxLimitRequestRatio", "cpu", "ratio 500m is less than 1"}}},
        {"[{type: Container, min: {cpu: '1'}, max: {cpu: '2'}, maxLimitRequestRatio: {cpu: '3'}}]",
         {{"Container", "maxLimitRequestRatio", "cpu", "ratio 3 is greater than max 2 / min 1"}}},
        {"[{type: Container, min: {cpu: '0'}, max: {cpu: '2'}, maxLimitRequestRatio: {cpu: '3'}}]", {}},
        {"[{type: Container, defaultRequest: {example.com/gpu: '1'}, default: {example.com/gpu: '2'}}]",
         {{"Container", "defaultRequest", "example.com/gpu", "must equal default 2: it cannot be overcommitted"}}},
        {"[{type: PersistentVolumeClaim, max: {storage: 1Gi}}]", {}},
        {"[{type: PersistentVolumeClaim, default: {storage: 1Gi}}]",
         {{"PersistentVolumeClaim", "max", "storage", "a min or a max is needed"}}},
    };
    for (const auto &row : rows)
        EXPECT_EQ(limitProblems(tests::object(row.limits)), row.problems) << row.limits;
}

TEST(LimitRangeRules, CompleteContainersAsTheServerDoes)
{
    const std::pair<const char *, const char *> rows[] = {
        {"{type: Container, max: {cpu: '2'}, min: {memory: 1Mi}}",
         "{type: Container, max: {cpu: '2'}, min: {memory: 1Mi}, default: {cpu: '2'}, "
         "defaultRequest: {cpu: '2', memory: 1Mi}}"},
        {"{type: Container, max: {cpu: '2'}, default: {cpu: '1'}, min: {cpu: 100m}}",
         "{type: Container, max: {cpu: '2'}, default: {cpu: '1'}, min: {cpu: 100m}, defaultRequest: {cpu: '1'}}"},
        {"{type: Pod, max: {cpu: '2'}, min: {}}", "{type: Pod, max: {cpu: '2'}}"},
        {"{type: PersistentVolumeClaim, max: {storage: 1Gi}}", "{type: PersistentVolumeClaim, max: {storage: 1Gi}}"},
    };
    for (const auto &[given, completed] : rows)
        EXPECT_EQ(completedLimit(tests::object(given)), tests::object(completed)) << given;
}

} // namespace
} // namespace binnacle::stack
